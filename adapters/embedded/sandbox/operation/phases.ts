import type { StackStatus } from "../../../../core/cloud/stack.ts";
import { own } from "../../../../core/template/template.ts";
import { currentResource, resourceOf } from "../state.ts";
import { attributesOf, type Blueprint, exportsOf, outputsOf } from "./blueprint.ts";
import { deletions } from "./deletions.ts";
import { resourceTurns, stackTurns } from "./events.ts";
import { finish, isInFlight, type Run, type Task, task } from "./operation.ts";

/** Nothing is in flight and nothing more can start: the next phase, or the end of the operation. */
export function conclude(run: Run, plan: () => Blueprint, at: number): void {
  const { kind, phase } = run.operation;
  if (kind === "delete") concludeDeletions(run, "DELETE_COMPLETE", "DELETE_FAILED", at);
  else if (kind === "create" && phase === "rollback")
    concludeDeletions(run, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", at);
  else if (phase === "rollback") startRollbackCleanup(run, at);
  else if (phase === "forward") concludeForward(run, plan(), at);
  else concludeCleanup(run, at);
}

function concludeForward(run: Run, plan: Blueprint, at: number): void {
  run.stack.outputs = outputsOf(plan);
  run.stack.exports = exportsOf(plan);
  if (run.operation.kind === "create") end(run, at, "CREATE_COMPLETE");
  else startCleanup(run, plan, at);
}

function concludeDeletions(run: Run, success: StackStatus, failure: StackStatus, at: number): void {
  const left = undeleted(run);
  if (left === undefined) end(run, at, success);
  else end(run, at, failure, left);
}

function undeleted({ operation }: Run): string | undefined {
  const left = operation.tasks.filter((one) => one.state === "failed").map((one) => one.logicalId);
  return left.length > 0 ? `The following resource(s) failed to delete: [${left.join(", ")}].` : undefined;
}

function startCleanup(run: Run, plan: Blueprint, at: number): void {
  const { stack, operation } = run;
  stack.definition = operation.target;
  for (const id of plan.included) {
    const resource = currentResource(stack, id);
    if (resource !== undefined) resource.attributes = attributesOf(plan, id, resource.expected);
  }
  const kept = new Set(plan.included);
  operation.phase = "cleanup";
  operation.tasks = deletions(stack.resources.filter((one) => !one.current || !kept.has(one.logicalId)));
  stackTurns(stack, at, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
}

function startRollbackCleanup(run: Run, at: number): void {
  const { stack, operation } = run;
  const added = (logicalId: string) => {
    const undo = own(operation.undo, logicalId);
    return undo !== undefined && undo.before === undefined;
  };
  operation.phase = "rollback-cleanup";
  operation.tasks = deletions(stack.resources.filter((one) => !one.current || added(one.logicalId)));
  stackTurns(stack, at, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
}

const CLEANUP_FAILED = "Update successful. One or more resources could not be deleted.";

/** What a cleanup cannot delete leaves the stack all the same. */
function concludeCleanup(run: Run, at: number): void {
  const { stack, operation } = run;
  const left = undeleted(run);
  for (const one of operation.tasks.filter((each) => each.state === "failed"))
    resourceOf(stack, one.logicalId, one.generation as number).held = false;
  if (operation.phase === "rollback-cleanup") end(run, at, "UPDATE_ROLLBACK_COMPLETE", left);
  else end(run, at, "UPDATE_COMPLETE", left && CLEANUP_FAILED);
}

const SUCCESSES: readonly StackStatus[] = ["CREATE_COMPLETE", "UPDATE_COMPLETE"];

function end(run: Run, at: number, status: StackStatus, reason?: string): void {
  const { stack, operation, world } = run;
  stackTurns(stack, at, status, reason);
  if (status === "DELETE_COMPLETE") stack.deletedAt = stack.lastEventAt;
  stack.operation = undefined;
  world.disarm(stack);
  const outcome = SUCCESSES.includes(status) ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
  if (operation.changeSetArn !== undefined) world.concludeChangeSet(operation.changeSetArn, outcome);
}

/** A failure ends what is in flight and turns the operation round; in a rollback it halts it. */
export function giveUp(run: Run, at: number): void {
  const { operation, stack } = run;
  const failed = operation.tasks.filter((one) => one.state === "failed");
  const reason = failureReason([...failed, ...cancelInFlight(run, at)]);
  if (operation.phase === "rollback") halt(run, reason, at);
  else if (operation.kind === "create") {
    stackTurns(stack, at, "ROLLBACK_IN_PROGRESS", `${reason} Rollback requested by user.`);
    turnRound(run, deletions(stack.resources));
  } else {
    stackTurns(stack, at, "UPDATE_ROLLBACK_IN_PROGRESS", reason);
    turnRound(run, restorations(run));
  }
}

function halt({ stack, operation, world }: Run, reason: string, at: number): void {
  operation.halted = true;
  stackTurns(stack, at, "UPDATE_ROLLBACK_FAILED", reason);
  if (operation.changeSetArn !== undefined) world.concludeChangeSet(operation.changeSetArn, "EXECUTE_FAILED");
}

function turnRound({ operation }: Run, tasks: Task[]): void {
  operation.phase = "rollback";
  operation.tasks = tasks;
}

/** Turns an update round because somebody asked for it. */
export function turnBack(run: Run, at: number): void {
  cancelInFlight(run, at);
  turnRound(run, restorations(run));
}

function failureReason(failed: readonly Task[]): string {
  const named = (kinds: readonly Task["kind"][]) =>
    failed.filter((one) => kinds.includes(one.kind)).map((one) => one.logicalId);
  const created = named(["create"]);
  const updated = named(["update", "remove", "restore"]);
  return [
    created.length > 0 ? `The following resource(s) failed to create: [${created.join(", ")}].` : "",
    updated.length > 0 ? `The following resource(s) failed to update: [${updated.join(", ")}].` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** Stops what is in flight, as CloudFormation does when another resource failed or somebody cancelled. */
export function cancelInFlight(run: Run, at: number): readonly Task[] {
  const running = run.operation.tasks.filter((one) => isInFlight(one) && one.kind !== "delete");
  for (const one of running) {
    const resource = currentResource(run.stack, one.logicalId);
    if (resource !== undefined)
      if (one.kind === "create")
        resourceTurns(run.stack, resource, at, "CREATE_FAILED", "Resource creation cancelled");
      else resourceTurns(run.stack, resource, at, "UPDATE_FAILED", "Resource update cancelled");
    finish(one, "cancelled");
  }
  return running;
}

/** Restores what the update touched, each resource after those it depended on. */
function restorations(run: Run): Task[] {
  return Object.entries(run.operation.undo).flatMap(([logicalId, { before }]) =>
    before === undefined ? [] : [task("restore", logicalId, before.attributes.dependsOn)],
  );
}
