import { EXIT, type ExitCode, exitCodeOf } from "../cli/exit-codes.ts";
import type { ExecutionReport } from "./execution-report.ts";

/** The exit status that tells how an execution stands. */
export function exitFor({ outcome, status, gates, lock, error }: ExecutionReport): ExitCode {
  switch (outcome) {
    case "applied":
    case "no_changes":
      return EXIT.done;
    case "blocked":
      return exitCodeOf(error?.name ?? "") ?? EXIT.blocked;
    case null:
      break;
    default:
      return EXIT.failed;
  }
  if (gates.some((gate) => gate.status === "open")) return EXIT.waiting;
  if (status === "paused" || (lock && lock.place > 0))
    return status === "paused" ? EXIT.waiting : EXIT.blocked;
  return EXIT.done;
}
