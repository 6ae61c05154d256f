import type { AwsErrorName } from "../../adapters/aws/errors.ts";
import type { StorageError } from "../../adapters/embedded/storage-error.ts";
import type { ApprovalError } from "../../core/approval/approval-error.ts";
import type { InputError } from "../../core/artifacts/parse.ts";
import type { BudgetErrorName } from "../../core/budget/budget.ts";
import type { AccountError } from "../../core/cloud/account.ts";
import type { CloudErrorName } from "../../core/cloud/errors.ts";
import type { ExecutionError } from "../../core/execution/execution.ts";
import type { ConditionError } from "../../core/gate/conditions.ts";
import type { GateErrorName } from "../../core/gate/gate.ts";
import type { StepUpError } from "../../core/identity/step-up.ts";
import type { LaneError } from "../../core/lane/lane.ts";
import type { LockError } from "../../core/lock/stack-lock.ts";
import type { SkipError } from "../../core/policy/skipping.ts";
import type { ArtifactError } from "../../core/ports.ts";
import type { PrincipalError } from "../../core/principal.ts";
import type { TableError } from "../../core/table/table.ts";
import type { UsageError } from "./usage-error.ts";

/** What the exit status of every command means. */
export const EXIT = { done: 0, failed: 1, invalid: 2, waiting: 3, blocked: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type ErrorName =
  | InputError["name"]
  | UsageError["name"]
  | PrincipalError["name"]
  | StorageError["name"]
  | AwsErrorName
  | ExecutionError["name"]
  | GateErrorName
  | ConditionError["name"]
  | SkipError["name"]
  | StepUpError["name"]
  | BudgetErrorName
  | LockError["name"]
  | LaneError["name"]
  | AccountError["name"]
  | ApprovalError["name"]
  | ArtifactError["name"]
  | CloudErrorName
  | TableError["name"]
  | "DesignBlocked"
  | "TemplateTooLarge"
  | "ValidationFailed"
  | "PromotionRefused";

/** Every error we name, and the exit status it means; a name that is missing here does not compile. */
const BY_NAME = {
  InvalidInput: EXIT.invalid,
  InvalidUsage: EXIT.invalid,
  InvalidPrincipal: EXIT.invalid,
  InvalidCursor: EXIT.invalid,
  TemplateTooLarge: EXIT.invalid,
  TemplateInvalid: EXIT.invalid,
  TooLarge: EXIT.invalid,
  RequestInvalid: EXIT.invalid,
  ExecutionNotFound: EXIT.invalid,
  GateNotFound: EXIT.invalid,
  ArtifactNotFound: EXIT.invalid,
  StackNotFound: EXIT.invalid,
  ChangeSetNotFound: EXIT.invalid,
  DataDirectoryMissing: EXIT.invalid,
  DataDirectoryUnusable: EXIT.invalid,
  DataDirectoryNewer: EXIT.invalid,
  DataDirectoryBusy: EXIT.invalid,
  /** Another process keeps the workspace's table locked, or nobody answers at the emulator. */
  Unavailable: EXIT.invalid,
  DataDirectoryDamaged: EXIT.invalid,
  DiskFull: EXIT.invalid,
  DiskReadOnly: EXIT.invalid,
  ResourceMissing: EXIT.invalid,
  CredentialsExpired: EXIT.invalid,
  CredentialsMissing: EXIT.invalid,
  CredentialsRefused: EXIT.invalid,
  ClockSkewed: EXIT.invalid,
  QuotaExceeded: EXIT.failed,
  Throttled: EXIT.failed,
  TimedOut: EXIT.failed,
  RequestRefused: EXIT.failed,
  Conflict: EXIT.failed,
  ArtifactCorrupted: EXIT.failed,
  IllegalTransition: EXIT.failed,
  ExecutionEnded: EXIT.failed,
  NothingToRollBack: EXIT.failed,
  StrategyChanged: EXIT.failed,
  StrategyUnchanged: EXIT.failed,
  AgentSkipped: EXIT.failed,
  ExecutionCancelled: EXIT.failed,
  StackBusy: EXIT.failed,
  StackStuck: EXIT.failed,
  StackNotStuck: EXIT.failed,
  ChangeSetExists: EXIT.failed,
  ChangeSetObsolete: EXIT.failed,
  NotUpdating: EXIT.failed,
  CloudUnavailable: EXIT.failed,
  CloudAccessDenied: EXIT.blocked,
  AccessDenied: EXIT.blocked,
  DesignBlocked: EXIT.blocked,
  ValidationFailed: EXIT.blocked,
  PromotionRefused: EXIT.blocked,
  SelfApproval: EXIT.blocked,
  GateExpired: EXIT.blocked,
  DigestMismatch: EXIT.blocked,
  DecisionReplayed: EXIT.blocked,
  OneForAll: EXIT.blocked,
  GateAlreadyDecided: EXIT.blocked,
  QuorumNotMet: EXIT.blocked,
  ConditionUnmet: EXIT.blocked,
  ConditionImpossible: EXIT.blocked,
  GatesRequired: EXIT.blocked,
  AgentRequired: EXIT.blocked,
  StepUpRequired: EXIT.blocked,
  StepUpRefused: EXIT.blocked,
  StepUpReplayed: EXIT.blocked,
  StepUpLimited: EXIT.blocked,
  StepUpNotEnrolled: EXIT.blocked,
  ApprovalVoid: EXIT.blocked,
  LawBroken: EXIT.blocked,
  BudgetExhausted: EXIT.blocked,
  BudgetBrake: EXIT.blocked,
  LockNotHeld: EXIT.blocked,
  LockUnavailable: EXIT.blocked,
  WrongAccount: EXIT.blocked,
  WrongLane: EXIT.blocked,
} as const satisfies Record<ErrorName, ExitCode>;

/** The status for an error's name; undefined for one that nobody foresaw. */
export function exitCodeOf(name: string): ExitCode | undefined {
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name as ErrorName] : undefined;
}
