import type { Home } from "../arn.ts";
import { ServiceError } from "../service-error.ts";
import { abort } from "../store/end-execution.ts";
import type { Store } from "../store/store.ts";
import { findExecution } from "./executions.ts";
import { assertWhy, type Why } from "./why.ts";

export interface StopExecutionInput extends Why {
  readonly executionArn: string;
}

/**
 * Aborts a running execution and those that its Tasks wait for, inside a transaction of the caller's.
 * Gives the ids of all of them and when the one asked for stopped; stopping it again changes nothing.
 */
export function stopExecution(
  store: Store,
  home: Home,
  { executionArn, ...why }: StopExecutionInput,
  now: number,
): { stopDate: Date; ids: number[] } {
  assertWhy(why);
  const row = findExecution(store, executionArn);
  if (row.status !== "RUNNING") return { stopDate: new Date(row.stopped_at ?? now), ids: [] };
  const ending = { status: "ABORTED", stoppedAt: now, ...why } as const;
  return { stopDate: new Date(now), ids: abort(store, home, row, ending) };
}

/** Throws unless a text is JSON; the message says what it was for. */
export function assertJson(
  text: string,
  name: "InvalidExecutionInput" | "InvalidOutput",
  what: string,
): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ServiceError(name, `Invalid ${what}: '${(error as Error).message}'`);
  }
}
