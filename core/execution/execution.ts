import type { ArtifactRef, Environment } from "../artifacts/vocabulary.ts";
import type { Amounts } from "../budget/amounts.ts";
import { NamedError } from "../errors.ts";
import type { Priority } from "./priority.ts";

/** Where a change stands, in the words of the specification. */
export type ChangeStatus =
  | "PENDING"
  | "IN_PROGRESS"
  | "VALIDATING"
  | "READY_FOR_APPLY"
  | "WAIT_FOR_APPROVE"
  | "APPLYING"
  | "ROLLBACK"
  | "DONE"
  | "BLOCKED"
  | "REJECTED"
  | "EXPIRED"
  | "CANCELLED";

/** The execution's own status, for the API. */
export type ExecutionStatus = "pending" | "running" | "paused" | "completed" | "failed";

export type Outcome =
  | "applied"
  | "no_changes"
  | "rolled_back"
  | "blocked"
  | "rejected"
  | "expired"
  | "cancelled"
  /** Something of ours broke before anything was applied. */
  | "failed"
  /** The stack is in a state nobody was able to lead it out of yet. */
  | "stuck";

/** A wish somebody expressed while the execution runs; the next checkpoint acts on it. */
export interface Signal {
  readonly by: string;
  readonly at: string;
  readonly notes?: string;
}

export interface Execution {
  readonly id: string;
  readonly pipeline: "change";
  readonly status: ExecutionStatus;
  readonly changeStatus: ChangeStatus;
  readonly outcome?: Outcome;
  /** The step it is at, for people: `DrawPlan`. */
  readonly stage: string;
  readonly goal: ArtifactRef;
  readonly goalText: string;
  readonly environment: Environment;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly requestedBy: string;
  /** The state machine's run that moves it on now. */
  readonly run: { readonly machine: string; readonly name: string };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt?: string;
  /** Who asked that nobody be asked, where policy lets a gate be skipped. */
  readonly skipGates?: string;
  /** Absent where it is normal. */
  readonly priority?: Priority;
  readonly signals: {
    readonly pause?: Signal;
    readonly cancel?: Signal;
    readonly rollback?: Signal;
    /** Until it is followed. */
    readonly strategy?: Signal & { readonly name: Strategy };
  };
  /** How its agents work since somebody chose; absent where nobody did. */
  readonly strategy?: Strategy;
  /** Agents it is to do without. */
  readonly skips?: readonly string[];
  /** Set while a checkpoint holds the execution back. */
  readonly parked?: {
    readonly taskToken: string;
    readonly at: string;
    readonly why: "paused" | "budget" | "window";
    readonly status: ChangeStatus;
    /** When it may be applied, where it waits for that. */
    readonly until?: string;
    /** Which budget is used up, what it has left and what would do. */
    readonly shortage?: string;
  };
  /** Why the next agent was refused its budget; the checkpoint before it tells people. */
  readonly shortage?: string;
  readonly spent: Amounts;
  /** What it was expected to take when it was admitted. */
  readonly expected: Amounts;
  readonly error?: { readonly name: string; readonly message: string };
  /** The approved dossier. */
  readonly dossier?: ArtifactRef;
  readonly digest?: string;
  readonly apply?: Apply;
  readonly watch?: Watch;
  readonly rollback?: Rollback;
  readonly recovery?: Recovery;
}

/** What was done to the account, or is being done. */
export interface Apply {
  readonly beganAt: string;
  readonly endedAt?: string;
  readonly stackId: string;
  readonly changeSetArn: string;
  readonly failedAt?: string;
  readonly failure?: string;
  /** Of the stack after the apply: a rollback is covered by the approval only while it still holds. */
  readonly stackLastUpdatedAt?: string;
  /** Touched resources that did not match their template when the apply had ended. */
  readonly driftedAfter?: readonly string[];
  /** What the stack says of itself since: addresses, names. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** The stack operation that is being watched. */
export interface Watch {
  readonly kind: "apply" | "undo" | "recovery";
  readonly stackId: string;
  readonly since: string;
  /** The stack's last update before the operation: as long as it stands, the operation has not begun. */
  readonly lastUpdatedBefore: string | null;
  /** The last stack event that went into the timeline. */
  readonly cursor?: string;
}

/** How a stack is led out of a state that no change set can leave. */
export interface Remedy {
  readonly stackId: string;
  readonly status: string;
  readonly action: "continue-rollback" | "delete-stack";
  /** Resources CloudFormation is told to give up on. */
  readonly skip: readonly string[];
}

export interface Recovery {
  /** Times a stuck stack was led out. */
  readonly times: number;
  /** The last remedy, and the step that applied it. */
  readonly remedy: Remedy;
  readonly idempotencyKey: string;
}

export interface Rollback {
  readonly cause: "failure" | "requested";
  /** When the failure happened or somebody asked. */
  readonly calledAt: string;
  readonly calledBy?: string;
  readonly beganAt?: string;
  readonly finishedAt?: string;
}

/** How agents work: by rules alone, or with the models that are configured, whose answers rules may replace. */
export const STRATEGIES = ["rules", "models"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export class ExecutionError extends NamedError<
  | "ExecutionNotFound"
  | "IllegalTransition"
  | "ExecutionEnded"
  | "ExecutionCancelled"
  | "NothingToRollBack"
  | "StrategyChanged"
  | "StrategyUnchanged"
> {}

const NEXT: Readonly<Record<ChangeStatus, readonly ChangeStatus[]>> = {
  PENDING: ["IN_PROGRESS", "BLOCKED", "CANCELLED"],
  IN_PROGRESS: ["VALIDATING", "BLOCKED", "CANCELLED", "DONE"],
  VALIDATING: ["READY_FOR_APPLY", "IN_PROGRESS", "BLOCKED", "CANCELLED"],
  READY_FOR_APPLY: ["WAIT_FOR_APPROVE", "IN_PROGRESS", "BLOCKED", "CANCELLED"],
  WAIT_FOR_APPROVE: ["APPLYING", "IN_PROGRESS", "BLOCKED", "REJECTED", "EXPIRED", "CANCELLED"],
  APPLYING: ["DONE", "ROLLBACK", "BLOCKED", "IN_PROGRESS"],
  ROLLBACK: ["DONE", "BLOCKED"],
  DONE: ["ROLLBACK"],
  BLOCKED: ["IN_PROGRESS", "ROLLBACK", "DONE", "REJECTED", "EXPIRED", "CANCELLED"],
  REJECTED: [],
  EXPIRED: [],
  CANCELLED: [],
};

/** Moves on to a status that may follow; staying is always allowed. @throws ExecutionError IllegalTransition */
export function advance(execution: Execution, to: ChangeStatus): Execution {
  const from = execution.changeStatus;
  if (from === to) return execution;
  if (!NEXT[from].includes(to)) {
    throw new ExecutionError(
      "IllegalTransition",
      `execution ${execution.id} is ${from}, which cannot become ${to}`,
    );
  }
  return { ...execution, changeStatus: to };
}

/**
 * To be asked where people would be asked, or anything begun: a cancellation may have been acknowledged since the
 * last checkpoint.
 * @throws ExecutionError ExecutionCancelled
 */
export function requireNotCancelled({ id, signals: { cancel } }: Execution): void {
  if (cancel) throw new ExecutionError("ExecutionCancelled", `${cancel.by} cancelled execution ${id}`);
}

/** To be asked where people would be asked. @throws ExecutionError StrategyChanged */
export function requireSettledStrategy({ id, signals: { strategy } }: Execution): void {
  if (!strategy) return;
  throw new ExecutionError("StrategyChanged", `${strategy.by} had ${id} planned anew by ${strategy.name}`);
}

export function hasEnded(execution: Execution): boolean {
  return execution.endedAt !== undefined;
}

const ENDED: Readonly<Record<Outcome, ExecutionStatus>> = {
  applied: "completed",
  no_changes: "completed",
  rolled_back: "completed",
  blocked: "failed",
  rejected: "failed",
  expired: "failed",
  cancelled: "failed",
  failed: "failed",
  stuck: "failed",
};

export const OUTCOMES = Object.keys(ENDED) as readonly Outcome[];

export function statusFor(outcome: Outcome): ExecutionStatus {
  return ENDED[outcome];
}
