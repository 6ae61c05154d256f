import type { ChangeDetail } from "../../../../core/cloud/change-set.ts";
import { type JsonObject, own } from "../../../../core/template/template.ts";
import { property } from "../kinds/kind.ts";
import { kindOf } from "../kinds/kinds.ts";
import { same } from "../same.ts";
import { denial } from "../stack-policy.ts";
import { currentResource, type ResourceState } from "../state.ts";
import { untilInitiated } from "../timing.ts";
import { attributesOf, type Blueprint, resolve, subjectOf } from "./blueprint.ts";
import { bringIntoBeing, newResource, remaining } from "./create-resource.ts";
import { resourceTurns } from "./events.ts";
import { dueAfter, finish, type Run, type Task, type Undo } from "./operation.ts";

const REPLACING = "Requested update requires the creation of a new physical resource; hence creating one.";

/** UPDATE_IN_PROGRESS and UPDATE_COMPLETE, in place or with a new physical resource. */
export function startUpdate(run: Run, task: Task, plan: Blueprint, at: number): void {
  const resource = currentResource(run.stack, task.logicalId) as ResourceState;
  const change = run.operation.changes.find((one) => one.logicalId === task.logicalId);
  const { properties, doom } = resolve(plan, task.logicalId);
  const effective = (change?.details ?? []).filter((detail) => takesEffect(detail, resource, properties));
  task.generation = resource.generation;
  if (effective.length === 0) {
    finish(task, "done");
    return;
  }
  task.next = properties;
  task.doom = doom;
  run.operation.undo[task.logicalId] = { before: structuredClone(resource), touched: false };
  const replaces = effective.some((detail) => detail.requiresRecreation === "Always");
  const refusal = replaces
    ? (denial(run.stack.policy, "Update:Replace", resource) ?? sameName(run, resource, properties))
    : denial(run.stack.policy, "Update:Modify", resource);
  if (refusal !== undefined) refuse(run, task, resource, refusal, at);
  else if (replaces) startReplacement(run, task, plan, resource, at);
  else startInPlace(run, task, resource, at);
}

function refuse(run: Run, task: Task, resource: ResourceState, reason: string, at: number): void {
  resourceTurns(run.stack, resource, at, "UPDATE_FAILED", reason);
  finish(task, "failed");
}

/** Whether a change the change set foresaw really changes something now that references are known. */
function takesEffect(detail: ChangeDetail, resource: ResourceState, next: JsonObject): boolean {
  const property = detail.attribute === "Tags" ? "Tags" : detail.name;
  const differs = property !== undefined && !same(own(resource.expected, property), own(next, property));
  return differs || (detail.attribute !== "Properties" && detail.evaluation === "Static");
}

function sameName(run: Run, resource: ResourceState, next: JsonObject): string | undefined {
  const named = kindOf(resource.type).name;
  const subject = subjectOf(run.stack, resource);
  const name = property(subject, named);
  if (name === undefined || name !== property({ ...subject, properties: next }, named)) return undefined;
  return `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`;
}

function startInPlace(run: Run, task: Task, resource: ResourceState, at: number): void {
  if (resource.actual === undefined)
    task.doom ??= `Resource of type '${resource.type}' with identifier '${resource.physicalId}' was not found.`;
  if (resource.broken === "stopped")
    task.doom ??= `Database instance ${resource.physicalId} is not in available state.`;
  (run.operation.undo[task.logicalId] as Undo).touched = task.doom === undefined;
  resourceTurns(run.stack, resource, at, "UPDATE_IN_PROGRESS");
  dueAfter(task, "initiated", at, run.world.duration(resource.type, "update"));
}

function startReplacement(run: Run, task: Task, plan: Blueprint, old: ResourceState, at: number): void {
  const wanted = attributesOf(plan, task.logicalId, task.next as JsonObject);
  // The new template says what becomes of the old physical resource.
  old.attributes = { ...old.attributes, updateReplacePolicy: wanted.updateReplacePolicy };
  resourceTurns(run.stack, old, at, "UPDATE_IN_PROGRESS", REPLACING);
  dueAfter(task, "started", at, untilInitiated(run.world.duration(old.type, "create")));
}

export function proceedUpdate(run: Run, task: Task, plan: Blueprint, at: number): void {
  const resource = currentResource(run.stack, task.logicalId) as ResourceState;
  if (task.state === "started") initiateReplacement(run, task, plan, resource, at);
  else concludeUpdate(run, task, plan, resource, at);
}

function concludeUpdate(run: Run, task: Task, plan: Blueprint, resource: ResourceState, at: number): void {
  const failure = task.doom ?? run.world.takeFault(run.stack, resource, "forward");
  if (failure !== undefined) {
    refuse(run, task, resource, failure, at);
    return;
  }
  const next = task.next as JsonObject;
  resource.expected = next;
  resource.actual = next;
  resource.broken = undefined;
  resource.attributes = attributesOf(plan, task.logicalId, next);
  resourceTurns(run.stack, resource, at, "UPDATE_COMPLETE");
  finish(task, "done");
}

function initiateReplacement(run: Run, task: Task, plan: Blueprint, old: ResourceState, at: number): void {
  const { stack } = run;
  const made = newResource(stack, plan, task.logicalId, task.next as JsonObject);
  made.status = "UPDATE_IN_PROGRESS";
  task.doom ??= run.world.nameTaken(stack, made);
  if (task.doom === undefined) {
    old.current = false;
    stack.resources.push(made);
    bringIntoBeing(stack, made);
    task.generation = made.generation;
    resourceTurns(stack, made, at, "UPDATE_IN_PROGRESS", "Resource creation Initiated");
  }
  dueAfter(task, "initiated", at, remaining(run, made));
}

/** A removal that the stack policy denies fails the update before anything is deleted. */
export function startRemoval(run: Run, task: Task, at: number): void {
  const resource = currentResource(run.stack, task.logicalId) as ResourceState;
  const refusal = denial(run.stack.policy, "Update:Delete", resource);
  if (refusal === undefined) {
    finish(task, "done");
    return;
  }
  run.operation.undo[task.logicalId] = { before: structuredClone(resource), touched: false };
  refuse(run, task, resource, refusal, at);
}
