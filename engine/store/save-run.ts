import type { Home } from "../arn.ts";
import type { Run } from "../interpreter/run.ts";
import { abortChild, endExecution } from "./end-execution.ts";
import { frameId } from "./frames.ts";
import type { Store } from "./store.ts";

interface Saved {
  /** The executions that were stopped because nothing waits for them any more. */
  readonly stopped: readonly number[];
}

/**
 * Writes what has happened to an execution, inside a transaction of the caller's.
 * Undefined when the execution was stopped by another process meanwhile: then nothing was written.
 */
export function saveRun(store: Store, home: Home, run: Run, now: number): Saved | undefined {
  const { id, changes } = run;
  if (id === undefined) throw new Error("an execution has to be inserted before its changes are saved");
  // Frames that the store has come first: when one of them is gone the execution was stopped, and nothing else of it may be written.
  const [known, fresh] = partition(changes.touched, (frame) => frame.stored !== undefined);
  for (const frame of known) if (!store.frames.save(id, frame)) return undefined;
  for (const frame of changes.removed) if (!store.frames.remove(id, frame)) return undefined;
  for (const frame of fresh) store.frames.save(id, frame);
  for (const frame of changes.assigned) store.frames.saveVariables(id, frame);
  for (const frame of changes.planned) store.frames.savePlan(id, frame);
  for (const token of changes.spentTokens) store.tokens.remove(token);
  for (const [token, frame] of changes.newTokens) store.tokens.insert(token, frameId(id, frame));
  store.history.append(id, changes.events);
  if (changes.ending) {
    endExecution(store, home, id, { ...run.facts, input: run.facts.input.text }, changes.ending);
  }
  return { stopped: changes.orphaning.flatMap((token) => abortChild(store, home, token, now)) };
}

function partition<T>(values: Iterable<T>, test: (value: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const value of values) (test(value) ? yes : no).push(value);
  return [yes, no];
}
