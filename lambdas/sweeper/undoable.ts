import type { Outcome } from "../../core/execution/execution.ts";

/** Endings that left the stack as it was. */
const UNTOUCHED: ReadonlySet<Outcome | undefined> = new Set<Outcome>([
  "no_changes",
  "blocked",
  "rejected",
  "expired",
  "cancelled",
  "failed",
]);

interface Run {
  readonly executionId: string;
  readonly outcome?: Outcome;
}

/**
 * The execution, of those of a stack from the newest on, whose change stands and may still be undone by it; what was
 * rolled back or is stuck has changed the stack after any earlier one.
 */
export function undoable(runs: readonly Run[]): string | undefined {
  const last = runs.find(
    (run, index) => !(UNTOUCHED.has(run.outcome) || stoodAlready(run, runs.slice(index + 1))),
  );
  return last?.outcome === "applied" ? last.executionId : undefined;
}

/** A change is applied once: what ends applied again is a rollback that came to nothing. */
function stoodAlready({ executionId, outcome }: Run, earlier: readonly Run[]): boolean {
  return (
    outcome === "applied" && earlier.some((run) => run.executionId === executionId && run.outcome === outcome)
  );
}
