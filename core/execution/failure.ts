import type { Outcome } from "./execution.ts";

/** What Step Functions hands to a Catch. */
export interface Failure {
  readonly Error: string;
  readonly Cause: string;
}

/** Refusals by rule: somebody must change something, nothing of ours is broken. */
const REFUSALS: ReadonlySet<string> = new Set([
  "LawBroken",
  "ApprovalVoid",
  "WrongAccount",
  "WrongLane",
  "QuorumNotMet",
  "OneForAll",
  "GateExpired",
  "DigestMismatch",
  "LockNotHeld",
  "LockUnavailable",
  "CloudAccessDenied",
  "InvalidInput",
  "TemplateInvalid",
  "TemplateTooLarge",
  "DynamicReference",
  "DesignBlocked",
  "ValidationFailed",
  "PromotionRefused",
  "BudgetExhausted",
]);

/** A failure that is a refusal blocks; any other is a failure of ours. */
export function outcomeAfter(outcome: Outcome, failure: Failure | null): Outcome {
  return outcome === "failed" && failure && REFUSALS.has(failure.Error) ? "blocked" : outcome;
}

/**
 * Refusals of a way back that no second request can overcome: the stack is another than the one that was approved,
 * or a law stands before it.
 */
const CLOSES_WAY_BACK: ReadonlySet<string> = new Set(["ApprovalVoid", "LawBroken"]);

export function closesWayBack(errorName: string | undefined): boolean {
  return errorName !== undefined && CLOSES_WAY_BACK.has(errorName);
}

/** The sentence in a cause: Lambda writes `{"errorMessage": …}`, timeouts and our own states write text. */
export function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : cause;
  } catch {
    return cause;
  }
}
