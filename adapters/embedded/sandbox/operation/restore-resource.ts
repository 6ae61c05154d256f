import { currentResource, type ResourceState } from "../state.ts";
import { resourceTurns } from "./events.ts";
import { dueAfter, finish, type Run, type Task, type Undo } from "./operation.ts";

/** Brings a resource an update touched back to what it was. */
export function startRestoration(run: Run, task: Task, at: number): void {
  const { touched } = undoOf(run, task);
  const resource = pointBack(run, task);
  if (!touched && !run.world.hasFault(run.stack, resource, "rollback")) {
    // Nothing physical to undo: the old resource is still there, unchanged.
    resourceTurns(run.stack, resource, at, "UPDATE_COMPLETE");
    finish(task, "done");
  } else {
    resourceTurns(run.stack, resource, at, "UPDATE_IN_PROGRESS");
    dueAfter(task, "initiated", at, run.world.duration(resource.type, "update"));
  }
}

export function proceedRestoration(run: Run, task: Task, at: number): void {
  const { stack, world } = run;
  const resource = currentResource(stack, task.logicalId) as ResourceState;
  const gone =
    resource.actual === undefined
      ? `Resource of type '${resource.type}' with identifier '${resource.physicalId}' was not found.`
      : undefined;
  const failure = gone ?? world.takeFault(stack, resource, "rollback");
  if (failure !== undefined) {
    resourceTurns(stack, resource, at, "UPDATE_FAILED", failure);
    finish(task, "failed");
    return;
  }
  if (undoOf(run, task).touched) resource.actual = resource.expected;
  resourceTurns(stack, resource, at, "UPDATE_COMPLETE");
  finish(task, "done");
}

/** Gives up on a resource: it keeps what it has, and the stack takes it for restored. */
export function skipRestoration(run: Run, task: Task, at: number): void {
  resourceTurns(run.stack, pointBack(run, task), at, "UPDATE_COMPLETE");
  finish(task, "done");
}

/** The stack's record goes back to the old physical resource and what was asked of it. */
function pointBack(run: Run, task: Task): ResourceState {
  const before = undoOf(run, task).before as ResourceState;
  const now = currentResource(run.stack, task.logicalId);
  if (now !== undefined && now.generation !== before.generation) now.current = false;
  const old = run.stack.resources.find(
    (one) => one.logicalId === before.logicalId && one.generation === before.generation,
  ) as ResourceState;
  old.current = true;
  old.expected = before.expected;
  old.attributes = before.attributes;
  return old;
}

function undoOf(run: Run, task: Task): Undo {
  return run.operation.undo[task.logicalId] as Undo;
}
