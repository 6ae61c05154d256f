import type { Outcome } from "../../core/execution/execution.ts";

/** Endings that left the stack as it was. */
const UNTOUCHED: ReadonlySet<Outcome> = new Set([
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
  const last = runs.find(({ outcome }) => outcome === undefined || !UNTOUCHED.has(outcome));
  return last?.outcome === "applied" ? last.executionId : undefined;
}
