import { isMoving, lastUpdate, type Stack, type StackStatus } from "../../core/cloud/stack.ts";
import type { Watch } from "../../core/execution/execution.ts";

/** Where a watched operation stands. */
export type Standing =
  | "moving"
  | "applied"
  /** The stack is as it was before. */
  | "undone"
  /** A new stack was rolled back and stands empty: it can only be deleted. */
  | "empty"
  /** An undoing was itself rolled back: the change stands. */
  | "kept"
  | "stuck";

const STUCK: ReadonlySet<StackStatus> = new Set([
  "CREATE_FAILED",
  "ROLLBACK_FAILED",
  "UPDATE_FAILED",
  "UPDATE_ROLLBACK_FAILED",
  "DELETE_FAILED",
]);

/** Reads the stack's status as the answer to what was begun on it. */
export function standingOf(watch: Watch, stack: Stack | undefined): Standing {
  if (!stack || stack.status === "DELETE_COMPLETE") return "undone";
  if (isMoving(stack.status) || stack.status === "REVIEW_IN_PROGRESS") return "moving";
  if (STUCK.has(stack.status)) return "stuck";
  // The status is still the last operation's until CloudFormation has taken up this one.
  if (watch.kind !== "recovery" && lastUpdate(stack) === watch.lastUpdatedBefore) return "moving";
  return END[stack.status]?.[watch.kind] ?? "stuck";
}

const END: Partial<Record<StackStatus, Record<Watch["kind"], Standing>>> = {
  CREATE_COMPLETE: { apply: "applied", undo: "stuck", recovery: "undone" },
  UPDATE_COMPLETE: { apply: "applied", undo: "undone", recovery: "undone" },
  ROLLBACK_COMPLETE: { apply: "empty", undo: "stuck", recovery: "empty" },
  UPDATE_ROLLBACK_COMPLETE: { apply: "undone", undo: "kept", recovery: "undone" },
};
