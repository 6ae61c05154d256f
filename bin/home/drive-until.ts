import { EXIT, type ExitCode, exitCodeOf } from "../cli/exit-codes.ts";
import { interruption } from "../cli/interruption.ts";
import { printAside, printLine } from "../cli/print.ts";
import type { Driver } from "./driver.ts";
import type { Home } from "./record.ts";
import { takeOver } from "./take-over.ts";

interface DriveOptions {
  readonly command: "start" | "serve";
  readonly json?: boolean;
}

/**
 * Drives a workspace while `work` runs, which ends when `signal` is aborted or the driver has failed; whatever is under
 * way is then brought to its next journalled step.
 * @throws StorageError when the disk gave out, unless the one JSON document was printed already
 */
export async function driveUntilToldToStop(
  home: Home,
  { command, json }: DriveOptions,
  work: (driver: Driver, signal: AbortSignal) => Promise<void>,
): Promise<ExitCode> {
  const leaving = interruption();
  try {
    const driver = await takeOver(home, command, complain);
    try {
      await work(driver, leaving.signal);
    } finally {
      await driver.stop();
    }
    const { failure } = driver;
    if (failure && !json) throw failure;
    if (failure) {
      complain(failure.message);
      return exitCodeOf(failure.name) ?? EXIT.failed;
    }
    if (!json) printLine("stopped; everything that was under way is journalled");
    return EXIT.done;
  } finally {
    leaving.dispose();
  }
}

/** Tells of trouble beside the answer. */
export function complain(error: unknown): void {
  printAside(String(error));
}
