import type { DatabaseSync } from "node:sqlite";
import { dueAt, type World } from "./operation/operation.ts";
import { step } from "./operation/step.ts";
import type { StackState } from "./state.ts";
import { row, rows } from "./store/database.ts";
import { readStack, writeParts, writeStack } from "./store/stacks.ts";

/** True when something is due in any of the accounts, found without taking the file's lock. */
export function isDue(database: DatabaseSync, until: number): boolean {
  return row(database, "SELECT 1 AS due FROM sandbox_stack WHERE due_at <= ? LIMIT 1", until) !== undefined;
}

/** When something is due next in any of the accounts. */
export function nextDue(database: DatabaseSync): number | undefined {
  const found = row(database, "SELECT min(due_at) AS due FROM sandbox_stack");
  return (found?.["due"] as number | null | undefined) ?? undefined;
}

/**
 * Carries every operation on to an instant, in the order in which things fall due, whoever looks and however
 * often. Without a pace `until` is the end of time, and `now` keeps the events from being dated there.
 * Call it within a transaction.
 */
export function advance(database: DatabaseSync, until: number, world: World, now = until): void {
  const due = rows(
    database,
    "SELECT stack_id FROM sandbox_stack WHERE due_at <= ? ORDER BY stack_id",
    finite(until),
  );
  const stacks = due.map((one) => readStack(database, one["stack_id"] as string));
  for (const stack of stacks) stack.latest = now;
  for (;;) {
    const next = earliest(stacks, until);
    if (next === undefined) break;
    step(next.stack, next.at, world);
    // Another stack's next step may ask whether a name is taken.
    if (stacks.length > 1) writeParts(database, next.stack);
  }
  for (const stack of stacks) writeStack(database, stack);
}

function earliest(
  stacks: readonly StackState[],
  until: number,
): { readonly stack: StackState; readonly at: number } | undefined {
  let first: { readonly stack: StackState; readonly at: number } | undefined;
  for (const stack of stacks) {
    const at = dueAt(stack.operation);
    if (at !== undefined && at <= until && (first === undefined || at < first.at)) first = { stack, at };
  }
  return first;
}

/** SQLite has no infinity among its integers. */
export function finite(until: number): number {
  return Math.min(until, Number.MAX_SAFE_INTEGER);
}
