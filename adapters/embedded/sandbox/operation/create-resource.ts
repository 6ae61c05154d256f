import { physicalIdOf } from "../kinds/kinds.ts";
import { currentResource, type ResourceState, type StackState } from "../state.ts";
import { untilInitiated } from "../timing.ts";
import { attributesOf, type Blueprint, resolve, subjectOf } from "./blueprint.ts";
import { resourceTurns } from "./events.ts";
import { dueAfter, finish, type Run, type Task } from "./operation.ts";

/** CREATE_IN_PROGRESS, "Resource creation Initiated" with the physical id, CREATE_COMPLETE. */
export function startCreation(run: Run, task: Task, plan: Blueprint, at: number): void {
  const { properties, doom } = resolve(plan, task.logicalId);
  const resource = newResource(run.stack, plan, task.logicalId, properties);
  run.operation.undo[task.logicalId] = { before: undefined, touched: false };
  run.stack.resources.push(resource);
  task.generation = resource.generation;
  task.doom = doom;
  resourceTurns(run.stack, resource, at, "CREATE_IN_PROGRESS");
  dueAfter(task, "started", at, untilInitiated(run.world.duration(resource.type, "create")));
}

export function proceedCreation(run: Run, task: Task, at: number): void {
  const resource = currentResource(run.stack, task.logicalId) as ResourceState;
  if (task.state === "initiated") {
    const failure = task.doom ?? run.world.takeFault(run.stack, resource, "forward");
    const status = failure === undefined ? "CREATE_COMPLETE" : "CREATE_FAILED";
    resourceTurns(run.stack, resource, at, status, failure);
    finish(task, failure === undefined ? "done" : "failed");
    return;
  }
  task.doom ??= run.world.nameTaken(run.stack, resource);
  if (task.doom === undefined) {
    bringIntoBeing(run.stack, resource);
    resourceTurns(run.stack, resource, at, "CREATE_IN_PROGRESS", "Resource creation Initiated");
  }
  dueAfter(task, "initiated", at, remaining(run, resource));
}

/** What is left of a creation once it has its physical id. */
export function remaining(run: Run, resource: ResourceState): number {
  const whole = run.world.duration(resource.type, "create");
  return whole - untilInitiated(whole);
}

export function newResource(
  stack: StackState,
  plan: Blueprint,
  logicalId: string,
  properties: ResourceState["expected"],
): ResourceState {
  const generation = (stack.generations.get(logicalId) ?? 0) + 1;
  stack.generations.set(logicalId, generation);
  return {
    logicalId,
    generation,
    type: (plan.template.Resources[logicalId] as { Type: string }).Type,
    physicalId: "",
    status: "CREATE_IN_PROGRESS",
    statusReason: undefined,
    held: true,
    current: true,
    expected: properties,
    actual: undefined,
    broken: undefined,
    attributes: attributesOf(plan, logicalId, properties),
  };
}

/** From here on the physical resource exists. */
export function bringIntoBeing(stack: StackState, resource: ResourceState): void {
  resource.physicalId = physicalIdOf(subjectOf(stack, resource));
  resource.actual = resource.expected;
}
