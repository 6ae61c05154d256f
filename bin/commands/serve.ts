import type { Command } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import type { ExitCode } from "../cli/exit-codes.ts";
import { type CommonOptions, command, paceOption } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { complain, driveUntilToldToStop } from "../home/drive-until.ts";
import type { Driver } from "../home/driver.ts";
import type { Home } from "../home/record.ts";
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
  const { json = false } = options;
  return await driveUntilToldToStop(home, { command: "serve", json }, async (driver, signal) => {
    const { path } = home.directory;
    if (json) printJson({ serving: path, pid: process.pid });
    else printLine(`serving ${path} as process ${process.pid}; Ctrl-C drains and stops`);
    const follower = new Follower(home, await progressFor({ ...options, several: true }));
    await untilAborted(signal, driver, () => follower.look().catch(complain));
  });
}

async function untilAborted(signal: AbortSignal, driver: Driver, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted && !driver.failure) {
    await look();
    await systemClock.sleep(LOOK_MS, signal);
  }
}
