import type { ResourceChange } from "../../../../core/cloud/change-set.ts";
import type { JsonObject } from "../../../../core/template/template.ts";
import type { Definition, ResourceState, StackState } from "../state.ts";

/**
 * What CloudFormation is doing with a stack. It is stored with the instants at which things are due, so
 * that whoever looks next carries it on from exactly there.
 */
export interface Operation {
  kind: "create" | "update" | "delete";
  /** `cleanup` deletes what an update left over, `rollback-cleanup` what its rollback did. */
  phase: "forward" | "rollback" | "cleanup" | "rollback-cleanup";
  readonly changeSetArn: string | undefined;
  readonly target: Definition | undefined;
  readonly changes: readonly ResourceChange[];
  tasks: Task[];
  /** What an update touched so far, by logical id, as it was before. */
  readonly undo: Record<string, Undo>;
  /** A rollback that failed waits for somebody to continue it. */
  halted: boolean;
}

export interface Task {
  readonly logicalId: string;
  /** `remove` only asks the stack policy; what it allows is deleted in the cleanup. */
  readonly kind: "create" | "update" | "remove" | "delete" | "restore";
  /** The logical ids whose tasks come first. */
  readonly after: readonly string[];
  /** Which physical resource; a creation gets its own when it starts. */
  generation: number | undefined;
  state: "waiting" | "started" | "initiated" | "done" | "failed" | "cancelled";
  dueAt: number | undefined;
  /** The properties an update is bringing. */
  next: JsonObject | undefined;
  /** A failure that is certain already and shows when the task is due. */
  doom: string | undefined;
}

export interface Undo {
  /** Undefined when the update added the resource. */
  readonly before: ResourceState | undefined;
  /** The physical resource may have been changed in place. */
  touched: boolean;
}

/** One step of an operation: the stack, what is being done with it and the world around. */
export interface Run {
  readonly stack: StackState;
  readonly operation: Operation;
  readonly world: World;
}

/** What an operation meets outside its own stack. */
export interface World {
  duration(type: string, action: "create" | "update" | "delete"): number;
  /** Takes the failure somebody ordered for this resource, if there is one. */
  takeFault(stack: StackState, resource: ResourceState, stage: FaultStage): string | undefined;
  hasFault(stack: StackState, resource: ResourceState, stage: FaultStage): boolean;
  /** Why the resource cannot have the name it asks for. */
  nameTaken(stack: StackState, resource: ResourceState): string | undefined;
  takeSnapshot(stack: StackState, resource: ResourceState, at: number): void;
  /** The value another stack of the account exports. */
  exported(stack: StackState, name: string): string | undefined;
  /** Forgets failures ordered for a rollback that did not come to them. */
  disarm(stack: StackState): void;
  concludeChangeSet(arn: string, outcome: "EXECUTE_COMPLETE" | "EXECUTE_FAILED"): void;
}

export type FaultStage = "forward" | "rollback";

export function task(
  kind: Task["kind"],
  logicalId: string,
  after: readonly string[],
  generation?: number,
): Task {
  return {
    logicalId,
    kind,
    after,
    generation,
    state: "waiting",
    dueAt: undefined,
    next: undefined,
    doom: undefined,
  };
}

export function isInFlight(task: Task): boolean {
  return task.state === "started" || task.state === "initiated";
}

/** When the operation has something to do next; undefined when it waits for a person. */
export function dueAt(operation: Operation | undefined): number | undefined {
  const instants = (operation?.tasks ?? []).flatMap((task) => (isInFlight(task) ? [task.dueAt ?? 0] : []));
  return instants.length > 0 ? Math.min(...instants) : undefined;
}

/** Has the task end, or go on, that many milliseconds after an instant. */
export function dueAfter(task: Task, state: "started" | "initiated", at: number, milliseconds: number): void {
  task.state = state;
  task.dueAt = at + milliseconds;
}

export function finish(task: Task, state: "done" | "failed" | "cancelled"): void {
  task.state = state;
  task.dueAt = undefined;
  task.next = undefined;
}
