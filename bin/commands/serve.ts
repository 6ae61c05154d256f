import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { holderOf } from "../../adapters/embedded/driver-lock.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { StorageError } from "../../adapters/embedded/storage-error.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { EXIT, type ExitCode, exitCodeOf } from "../cli/exit-codes.ts";
import { interruption } from "../cli/interruption.ts";
import { type CommonOptions, command, paceOption } from "../cli/options.ts";
import { printAside, printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { Driver } from "../home/driver.ts";
import type { Home } from "../home/record.ts";
import { Follower } from "../output/follower.ts";
import { progressFor } from "../output/progress.ts";

/** How long a driver that is just leaving is waited for, in milliseconds. */
const GRACE_MS = 1_000;
const RETRY_MS = 50;
/** How often what happens is looked at. */
const LOOK_MS = 200;

interface ServeOptions extends CommonOptions {
  readonly pace: Pace;
}

export function serve(): Command {
  return command("serve", "carry everything on as it becomes possible, until it is told to stop")
    .addOption(paceOption())
    .action(async (options: ServeOptions) => {
      await withHome({ ...options, create: true, models: true, cloud: true }, (home) =>
        serveUntilToldToStop(home, options),
      );
    });
}

async function serveUntilToldToStop(home: Home, options: ServeOptions): Promise<ExitCode> {
  const leaving = interruption();
  try {
    const driver = await takeOver(home);
    const { path } = home.directory;
    if (options.json) printJson({ serving: path, pid: process.pid });
    else printLine(`serving ${path} as process ${process.pid}; Ctrl-C drains and stops`);
    const follower = new Follower(home, await progressFor({ ...options, several: true }));
    await untilAborted(leaving.signal, driver, () => follower.look().catch(complain));
    await driver.stop();
    if (driver.failure) return broken(driver.failure, options);
    if (!options.json) printLine("stopped; everything that was under way is journalled");
    return EXIT.done;
  } finally {
    leaving.dispose();
  }
}

/** @throws StorageError the failure itself, unless the one JSON document has been printed already */
function broken(failure: StorageError, { json }: ServeOptions): ExitCode {
  if (!json) throw failure;
  complain(failure.message);
  return exitCodeOf(failure.name) ?? EXIT.failed;
}

function complain(error: unknown): void {
  printAside(String(error));
}

/** @throws StorageError DataDirectoryBusy, naming who holds it */
async function takeOver(home: Home): Promise<Driver> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const driver = await Driver.begin(home, "serve", complain);
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

async function untilAborted(signal: AbortSignal, driver: Driver, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted && !driver.failure) {
    await look();
    await systemClock.sleep(LOOK_MS, signal);
  }
}
