import type { ResourceChange } from "../../../../core/cloud/change-set.ts";
import { currentResource, type Definition, type StackState } from "../state.ts";
import { blueprint } from "./blueprint.ts";
import { deletions } from "./deletions.ts";
import { stackTurns } from "./events.ts";
import { finish, type Operation, type Run, type Task, task, type World } from "./operation.ts";
import { cancelInFlight, turnBack } from "./phases.ts";
import { skipRestoration } from "./restore-resource.ts";
import { settle } from "./step.ts";

const BY_USER = "User Initiated";

export interface Order {
  /** Undefined when no change set is behind it. */
  readonly changeSetArn: string | undefined;
  readonly target: Definition;
  readonly changes: readonly ResourceChange[];
}

export function beginCreate(stack: StackState, order: Order, world: World, at: number): void {
  const plan = blueprint(stack, order.target, world);
  const tasks = plan.included.map((id) => task("create", id, plan.dependsOn.get(id) ?? []));
  stack.definition = order.target;
  begin(stack, "create", order, tasks);
  stackTurns(stack, at, "CREATE_IN_PROGRESS", BY_USER);
  settle(runOf(stack, world), at);
}

export function beginUpdate(stack: StackState, order: Order, world: World, at: number): void {
  const plan = blueprint(stack, order.target, world);
  const kept = new Set(plan.included);
  const removed = stack.resources.filter((resource) => resource.current && !kept.has(resource.logicalId));
  const tasks = [
    ...removed.map((resource) => task("remove", resource.logicalId, [])),
    ...plan.included.map((id) =>
      task(currentResource(stack, id) === undefined ? "create" : "update", id, plan.dependsOn.get(id) ?? []),
    ),
  ];
  begin(stack, "update", order, tasks);
  stackTurns(stack, at, "UPDATE_IN_PROGRESS", BY_USER);
  // The event's instant: two updates never share it, however fast they follow each other.
  stack.lastUpdatedAt = stack.lastEventAt;
  settle(runOf(stack, world), at);
}

/** Deletes a stack, whether it stands still or is being created; what is being deleted already goes on. */
export function beginDelete(stack: StackState, world: World, at: number): void {
  stackTurns(stack, at, "DELETE_IN_PROGRESS", BY_USER);
  const before = stack.operation;
  if (before !== undefined) cancelInFlight(runOf(stack, world), at);
  if (before?.changeSetArn !== undefined) world.concludeChangeSet(before.changeSetArn, "EXECUTE_FAILED");
  const running = (before?.tasks ?? []).filter((one) => one.kind === "delete" && one.dueAt !== undefined);
  const existing = stack.resources.filter(
    (one) => one.actual !== undefined || one.status !== "DELETE_COMPLETE",
  );
  const tasks = deletions(existing).map((one) => running.find((same) => isSame(same, one)) ?? one);
  begin(stack, "delete", undefined, tasks);
  settle(runOf(stack, world), at);
}

function isSame(one: Task, other: Task): boolean {
  return one.logicalId === other.logicalId && one.generation === other.generation;
}

/** Turns a running update round. */
export function cancelUpdate(stack: StackState, world: World, at: number): void {
  const run = runOf(stack, world);
  stackTurns(stack, at, "UPDATE_ROLLBACK_IN_PROGRESS", BY_USER);
  turnBack(run, at);
  settle(run, at);
}

/** Goes on with a rollback that failed; the resources to skip are left as they are. */
export function continueRollback(stack: StackState, skip: readonly string[], world: World, at: number): void {
  const run = runOf(stack, world);
  run.operation.halted = false;
  stackTurns(stack, at, "UPDATE_ROLLBACK_IN_PROGRESS", BY_USER);
  for (const one of run.operation.tasks.filter((each) => each.state !== "done"))
    if (skip.includes(one.logicalId)) skipRestoration(run, one, at);
    else reopen(one);
  settle(run, at);
}

/** The logical ids whose rollback failed by itself, which alone may be skipped. */
export function skippable(stack: StackState): readonly string[] {
  const tasks = stack.operation?.halted === true ? stack.operation.tasks : [];
  return tasks.filter((one) => one.state === "failed").map((one) => one.logicalId);
}

function reopen(one: Task): void {
  finish(one, "failed");
  one.state = "waiting";
  one.doom = undefined;
}

function begin(stack: StackState, kind: Operation["kind"], order: Order | undefined, tasks: Task[]): void {
  stack.operation = {
    kind,
    phase: "forward",
    changeSetArn: order?.changeSetArn,
    target: order?.target,
    changes: order?.changes ?? [],
    tasks,
    undo: {},
    halted: false,
  };
}

function runOf(stack: StackState, world: World): Run {
  return { stack, operation: stack.operation as Operation, world };
}
