import { EXIT, type ExitCode, exitCodeOf } from "../cli/exit-codes.ts";
import type { ExecutionReport } from "./execution-report.ts";

/** What of a report decides. */
export type Standing = Pick<ExecutionReport, "outcome" | "status" | "error" | "paused"> & {
  readonly gates: readonly Pick<ExecutionReport["gates"][number], "status">[];
  readonly lock: Pick<NonNullable<ExecutionReport["lock"]>, "place"> | null;
};

/** The exit status that tells how an execution stands. */
export function exitFor({ outcome, status, gates, lock, error, paused }: Standing): ExitCode {
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
  if (status === "paused" || paused) return EXIT.waiting;
  return lock && lock.place > 0 ? EXIT.blocked : EXIT.done;
}
