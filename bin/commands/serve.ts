import type { Command } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { StorageError } from "../../adapters/embedded/storage-error.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { EXIT, type ExitCode, exitCodeOf } from "../cli/exit-codes.ts";
import { interruption } from "../cli/interruption.ts";
import { type CommonOptions, command, paceOption } from "../cli/options.ts";
import { printAside, printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import type { Driver } from "../home/driver.ts";
import type { Home } from "../home/record.ts";
import { takeOver } from "../home/take-over.ts";
import { Follower } from "../output/follower.ts";
import { progressFor } from "../output/progress.ts";

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
    const driver = await takeOver(home, "serve", complain);
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

async function untilAborted(signal: AbortSignal, driver: Driver, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted && !driver.failure) {
    await look();
    await systemClock.sleep(LOOK_MS, signal);
  }
}
