import { type ResourceState, resourceOf } from "../state.ts";
import { resourceTurns } from "./events.ts";
import { dueAfter, finish, type Operation, type Run, type Task } from "./operation.ts";

/** DELETE_IN_PROGRESS and DELETE_COMPLETE, or DELETE_SKIPPED when a policy retains the resource. */
export function startDeletion(run: Run, task: Task, at: number): void {
  const resource = resourceOf(run.stack, task.logicalId, task.generation as number);
  if (resource.physicalId === "") {
    resourceTurns(run.stack, resource, at, "DELETE_COMPLETE");
    end(run, task, resource);
  } else if (policyFor(run.operation, resource) === "Retain") {
    resourceTurns(run.stack, resource, at, "DELETE_SKIPPED");
    resource.held = false;
    finish(task, "done");
  } else {
    resourceTurns(run.stack, resource, at, "DELETE_IN_PROGRESS");
    dueAfter(task, "initiated", at, run.world.duration(resource.type, "delete"));
  }
}

export function proceedDeletion(run: Run, task: Task, at: number): void {
  const { operation, stack, world } = run;
  const resource = resourceOf(stack, task.logicalId, task.generation as number);
  const stage = operation.phase.startsWith("rollback") ? "rollback" : "forward";
  const failure = protection(resource) ?? world.takeFault(stack, resource, stage);
  if (failure !== undefined) {
    resourceTurns(stack, resource, at, "DELETE_FAILED", failure);
    finish(task, "failed");
    return;
  }
  if (policyFor(operation, resource) === "Snapshot" && resource.actual !== undefined)
    world.takeSnapshot(stack, resource, Math.min(at, stack.latest));
  resource.actual = undefined;
  resourceTurns(stack, resource, at, "DELETE_COMPLETE");
  end(run, task, resource);
}

/** A stack that is being deleted, or whose creation failed, goes on showing what it had. */
function end(run: Run, task: Task, resource: ResourceState): void {
  const shown = run.operation.kind !== "update" && resource.current;
  resource.held = shown;
  finish(task, "done");
}

type Policy = "Delete" | "Retain" | "Snapshot";

function policyFor(operation: Operation, resource: ResourceState): Policy {
  const { deletionPolicy, updateReplacePolicy } = resource.attributes;
  // What a failed operation created holds nothing worth a snapshot.
  if (operation.phase === "rollback" || operation.phase === "rollback-cleanup")
    return deletionPolicy === "Retain" && resource.current ? "Retain" : "Delete";
  const policy = resource.current ? deletionPolicy : updateReplacePolicy;
  if (policy === "RetainExceptOnCreate") return "Retain";
  return policy === "Retain" || policy === "Snapshot" ? policy : "Delete";
}

/** Some types refuse to be deleted until a property allows it. */
function protection(resource: ResourceState): string | undefined {
  const on = (name: string) => resource.actual?.[name] === true || resource.actual?.[name] === "true";
  if (resource.type.startsWith("AWS::RDS::DB") && on("DeletionProtection"))
    return `Cannot delete protected ${resource.type === "AWS::RDS::DBCluster" ? "Cluster" : "DB Instance"}, please disable deletion protection and try again.`;
  if (resource.type.startsWith("AWS::DynamoDB::") && on("DeletionProtectionEnabled"))
    return "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";
  return undefined;
}
