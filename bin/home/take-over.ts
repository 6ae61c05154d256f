import { setTimeout } from "node:timers/promises";
import { holderOf } from "../../adapters/embedded/driver-lock.ts";
import { StorageError } from "../../adapters/embedded/storage-error.ts";
import { Driver } from "./driver.ts";
import type { Home } from "./record.ts";

/** How long a driver that is just leaving is waited for, in milliseconds. */
const GRACE_MS = 1_000;
const RETRY_MS = 50;

/** Begins to drive, as soon as who is just leaving has left. @throws StorageError DataDirectoryBusy, naming who holds it */
export async function takeOver(
  home: Home,
  command: string,
  onError: (error: unknown) => void,
): Promise<Driver> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const driver = await Driver.begin(home, command, onError);
    if (driver) return driver;
    if (waited >= GRACE_MS) throw busy(home.directory.path);
    await setTimeout(RETRY_MS);
  }
}

function busy(path: string): StorageError {
  const holder = holderOf(path);
  const who = holder
    ? `process ${holder.pid} (conductor ${holder.command}, since ${holder.since})`
    : "another process";
  return new StorageError(
    "DataDirectoryBusy",
    `the data directory ${path} is driven by ${who}: stop it or name another directory with --data`,
  );
}
