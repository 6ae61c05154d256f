import type { Home } from "../arn.ts";
import { detailsName } from "../history/event.ts";
import { describeEnded } from "../integrations/start-execution.ts";
import type { Ending } from "../interpreter/changes.ts";
import type { ExecutionRow } from "./executions.ts";
import type { Store } from "./store.ts";

/** What has to be known of an execution to end it. */
export interface Ended {
  readonly stateMachine: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  readonly parentToken: string | undefined;
}

/** Writes how an execution ended, and tells the Task that waits for it. */
export function endExecution(store: Store, home: Home, id: number, execution: Ended, ending: Ending): void {
  store.executions.end(id, ending);
  if (execution.parentToken === undefined) return;
  const description = describeEnded(home, execution, ending);
  store.tokens.settle(execution.parentToken, { kind: "execution", result: JSON.stringify(description) });
}

/** Ends an execution wherever it stands, inside a transaction of the caller's. */
export function endOutright(
  store: Store,
  home: Home,
  id: number,
  execution: Ended,
  type: "ExecutionAborted" | "ExecutionFailed",
  ending: Ending,
): void {
  for (const { token } of store.frames.of(id)) if (token !== null) store.tokens.remove(token);
  store.frames.removeAll(id);
  const { stoppedAt, error, cause } = ending;
  const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  const event = { timestamp: stoppedAt, type, id: store.history.nextEvent(id), previousEventId: 0 };
  store.history.append(id, [{ ...event, [detailsName(type)]: why }]);
  endExecution(store, home, id, execution, ending);
}

/** Aborts an execution and those that its Tasks wait for; gives the ids of all of them. */
export function abort(store: Store, home: Home, row: ExecutionRow, ending: Ending): number[] {
  const ids = [row.id];
  for (const { token } of store.frames.of(row.id)) {
    if (token !== null) ids.push(...abortChild(store, home, token, ending.stoppedAt));
  }
  const execution = {
    stateMachine: row.state_machine,
    name: row.name,
    input: row.input,
    startedAt: row.started_at,
    parentToken: row.parent_token ?? undefined,
  };
  endOutright(store, home, row.id, execution, "ExecutionAborted", ending);
  return ids;
}

/** Aborts the execution that the Task with a token waits for, if it still runs. */
export function abortChild(store: Store, home: Home, token: string, now: number): number[] {
  const child = store.executions.childOf(token);
  if (child?.status !== "RUNNING") return [];
  const cause = "The Task that waited for this execution is over";
  return abort(store, home, child, { status: "ABORTED", stoppedAt: now, cause });
}
