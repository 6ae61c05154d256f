import type { EventType } from "../history/event.ts";
import type { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import { goOn, iterationFailed, iterationSucceeded } from "./map.ts";
import { branchEnded } from "./parallel.ts";
import type { Run } from "./run.ts";
import type { Step } from "./surroundings.ts";

/** What the end of a branch or an iteration means for the state it belongs to. */
export function childEnded(run: Run, child: Frame): Promise<Step> {
  const state = parentOf(child).state;
  if (state.type === "Map") return iterationSucceeded(run, child, state);
  if (state.type === "Parallel") return branchEnded(run, child, state);
  throw new Error(`a ${state.type} state has no children`);
}

/** What the failure of a branch or an iteration means: all the others end with it, unless a Map tolerates it. */
export async function childFailed(run: Run, child: Frame, failure: StateFailure): Promise<Step> {
  const parent = parentOf(child);
  const { state } = parent;
  parent.lastEvent = child.lastEvent;
  if (state.type === "Map") {
    const verdict = iterationFailed(run, child, failure);
    if (verdict === "tolerated") {
      child.phase = "failed";
      run.leaveScope(child);
      run.changes.touch(child);
      return goOn(run, parent, state, child.lastEvent);
    }
    abortFamily(run, parent, child);
    throw verdict;
  }
  abortFamily(run, parent, child);
  throw failure;
}

/** Records which states end because of the failed child, its own first. */
function abortFamily(run: Run, parent: Frame, failed: Frame): void {
  const cause = failed.lastEvent;
  abortStates(run, failed, cause);
  for (const child of parent.children.values()) {
    if (child !== failed && !child.over) abortChild(run, child, cause);
  }
}

/** Records the end of a branch or an iteration; only iterations have an event of their own for it. */
function abortChild(run: Run, child: Frame, cause: number): void {
  const { state, stateName } = parentOf(child);
  if (state.type === "Map") {
    run.append("MapIterationAborted", cause, {
      mapIterationAbortedEventDetails: { name: stateName, index: child.position },
    });
  }
  abortStates(run, child, cause);
}

/** Records the abortion of a frame's state, and of what runs inside it; only some types of state have such an event. */
function abortStates(run: Run, frame: Frame, cause: number): void {
  for (const child of frame.children.values()) if (!child.over) abortChild(run, child, cause);
  const { type } = frame.state;
  if (type === "Task" || type === "Wait" || type === "Map" || type === "Parallel") {
    run.append(`${type}StateAborted` satisfies EventType, cause);
  }
}

function parentOf(child: Frame): Frame {
  if (!child.parent) throw new Error("the execution's own frame has no parent");
  return child.parent;
}
