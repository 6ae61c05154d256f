import type { ApprovalError } from "../core/approval/approval-error.ts";
import type { LinkError } from "../core/approval/link.ts";
import type { InputError } from "../core/artifacts/parse.ts";
import type { BudgetErrorName } from "../core/budget/budget.ts";
import type { AccountError } from "../core/cloud/account.ts";
import type { CloudErrorName } from "../core/cloud/errors.ts";
import { NamedError } from "../core/errors.ts";
import type { ExecutionError } from "../core/execution/execution.ts";
import type { GlassError } from "../core/gate/break-glass.ts";
import type { ConditionError } from "../core/gate/conditions.ts";
import type { GateErrorName } from "../core/gate/gate.ts";
import type { RequestError } from "../core/idempotency/requests.ts";
import type { AccessError } from "../core/identity/access.ts";
import type { SessionError } from "../core/identity/sessions.ts";
import type { StepUpError } from "../core/identity/step-up.ts";
import type { TokenError } from "../core/identity/tokens.ts";
import type { LaneError } from "../core/lane/lane.ts";
import type { LockError } from "../core/lock/stack-lock.ts";
import type { MailError } from "../core/mail/mailer.ts";
import type { SkipError } from "../core/policy/skipping.ts";
import type { ArtifactError } from "../core/ports.ts";
import type { PrincipalError } from "../core/principal.ts";
import type { TableError } from "../core/table/table.ts";
import type { SlackError } from "./slack/signature.ts";

export class ApiError extends NamedError<
  | "NotFound"
  | "BodyTooLarge"
  | "UnsupportedMediaType"
  | "TooManyRequests"
  | "IdeaNotFound"
  /** A body names somebody else than the caller as the reviewer. */
  | "ReviewerIsCaller"
  /** The record cannot be checked in the time a request has. */
  | "RecordTooLong"
  /** A form that did not come from a page of ours. */
  | "ForeignForm"
> {}

type ErrorName =
  | ApiError["name"]
  | InputError["name"]
  | PrincipalError["name"]
  | AccessError["name"]
  | TokenError["name"]
  | StepUpError["name"]
  | SessionError["name"]
  | LinkError["name"]
  | GlassError["name"]
  | ConditionError["name"]
  | SkipError["name"]
  | SlackError["name"]
  | MailError["name"]
  | RequestError["name"]
  | ExecutionError["name"]
  | GateErrorName
  | BudgetErrorName
  | LockError["name"]
  | LaneError["name"]
  | AccountError["name"]
  | ApprovalError["name"]
  | ArtifactError["name"]
  | CloudErrorName
  | TableError["name"];

/** Every error we name, and the status it is answered with; a name that is missing here does not compile. */
const STATUS = {
  InvalidInput: 400,
  InvalidPrincipal: 400,
  InvalidCursor: 400,
  RequestInvalid: 400,
  TemplateInvalid: 400,
  TokenMissing: 401,
  TokenInvalid: 401,
  TokenExpired: 401,
  StepUpRequired: 401,
  StepUpRefused: 401,
  StepUpReplayed: 401,
  Forbidden: 403,
  SelfApproval: 403,
  OneForAll: 403,
  QuorumNotMet: 403,
  GatesRequired: 403,
  ForeignForm: 403,
  GlassOwnReview: 403,
  SlackSignatureInvalid: 401,
  SignInRefused: 401,
  SlackReplayed: 409,
  LinkInvalid: 403,
  LinkOfAnother: 403,
  StepUpNotEnrolled: 403,
  WrongAccount: 403,
  WrongLane: 403,
  CloudAccessDenied: 403,
  LawBroken: 403,
  NotFound: 404,
  ExecutionNotFound: 404,
  GateNotFound: 404,
  IdeaNotFound: 404,
  GlassNotBroken: 404,
  ArtifactNotFound: 404,
  StackNotFound: 404,
  ChangeSetNotFound: 404,
  Conflict: 409,
  DigestMismatch: 409,
  DecisionReplayed: 409,
  GateAlreadyDecided: 409,
  IllegalTransition: 409,
  ExecutionEnded: 409,
  ExecutionCancelled: 409,
  NothingToRollBack: 409,
  StrategyChanged: 409,
  StrategyUnchanged: 409,
  AgentSkipped: 409,
  RequestInProgress: 409,
  ApprovalVoid: 409,
  LockNotHeld: 409,
  StackBusy: 409,
  StackStuck: 409,
  StackNotStuck: 409,
  ChangeSetExists: 409,
  ChangeSetObsolete: 409,
  NotUpdating: 409,
  LinkUsed: 409,
  GlassReviewed: 409,
  GateExpired: 410,
  LinkExpired: 410,
  LinkRevoked: 410,
  SignInLinkInvalid: 410,
  BodyTooLarge: 413,
  TooLarge: 413,
  UnsupportedMediaType: 415,
  IdempotencyKeyReused: 422,
  ConditionUnmet: 422,
  ConditionImpossible: 422,
  AgentRequired: 422,
  ReviewerIsCaller: 422,
  MailAddressInvalid: 422,
  TooManyRequests: 429,
  StepUpLimited: 429,
  BudgetExhausted: 429,
  BudgetBrake: 429,
  ArtifactCorrupted: 500,
  MailIdentityUnverified: 500,
  MailRefused: 500,
  RecordTooLong: 503,
  MailStopped: 503,
  LockUnavailable: 503,
  Unavailable: 503,
  CloudUnavailable: 503,
} as const satisfies Record<ErrorName, number>;

export type ProblemStatus = (typeof STATUS)[ErrorName];

/** The status of an error; undefined for one that nobody foresaw. */
export function statusOf(error: unknown): ProblemStatus | undefined {
  if (!(error instanceof NamedError) || !Object.hasOwn(STATUS, error.name)) return undefined;
  return STATUS[error.name as ErrorName];
}

/** RFC 9457. `name` is what a program matches; `detail` is a sentence for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly name: string;
}

/** What the caller is told of an error. One that nobody foresaw tells nothing of us. */
export function problemOf(error: unknown, instance: string): Problem {
  const status = statusOf(error);
  if (status === undefined || !(error instanceof NamedError)) {
    const detail = "something of ours went wrong; it is logged, and sending the same request again is safe";
    return { ...named("InternalError"), status: 500, detail, instance };
  }
  return { ...named(error.name), status, detail: error.message, instance };
}

function named(name: string): Pick<Problem, "type" | "title" | "name"> {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return {
    type: `urn:conductor:problem:${name}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    name,
  };
}
