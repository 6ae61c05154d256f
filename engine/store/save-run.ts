import type { Home } from "../arn.ts";
import { detailsName } from "../history/event.ts";
import { describeEnded } from "../integrations/start-execution.ts";
import type { Ending } from "../interpreter/changes.ts";
import type { Run } from "../interpreter/run.ts";
import { frameId } from "./frames.ts";
import type { Store } from "./store.ts";

/**
 * Writes what has happened to an execution, inside a transaction of the caller's.
 * False when the execution was stopped by another process meanwhile: then nothing was written.
 */
export function saveRun(store: Store, home: Home, run: Run): boolean {
  const { id, changes } = run;
  if (id === undefined) throw new Error("an execution has to be inserted before its changes are saved");
  // Frames that the store has come first: when one of them is gone the execution was stopped, and nothing else of it may be written.
  const [known, fresh] = partition(changes.touched, (frame) => frame.stored !== undefined);
  for (const frame of known) if (!store.frames.save(id, frame)) return false;
  for (const frame of changes.removed) if (!store.frames.remove(id, frame)) return false;
  for (const frame of fresh) store.frames.save(id, frame);
  for (const frame of changes.assigned) store.frames.saveVariables(id, frame);
  for (const frame of changes.planned) store.frames.savePlan(id, frame);
  for (const token of changes.spentTokens) store.tokens.remove(token);
  for (const [token, frame] of changes.newTokens) store.tokens.insert(token, frameId(id, frame));
  store.history.append(id, changes.events);
  if (changes.ending) endExecution(store, home, id, run.facts, changes.ending);
  return true;
}

/** What has to be known of an execution to end it. */
export type Ended = Pick<Run["facts"], "stateMachine" | "name" | "input" | "startedAt" | "parentToken">;

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

/** Writes how an execution ended, and tells the Task that waits for it. */
function endExecution(store: Store, home: Home, id: number, execution: Ended, ending: Ending): void {
  store.executions.end(id, ending);
  const { parentToken, input } = execution;
  if (parentToken === undefined) return;
  const description = describeEnded(home, { ...execution, input: input.text }, ending);
  store.tokens.settle(parentToken, { kind: "execution", result: JSON.stringify(description) });
}

function partition<T>(values: Iterable<T>, test: (value: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const value of values) (test(value) ? yes : no).push(value);
  return [yes, no];
}
