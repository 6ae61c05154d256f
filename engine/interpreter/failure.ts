/** What a state failed with: the error name that Retry and Catch match, and the cause. */
export class StateFailure extends Error {
  override readonly name = "StateFailure";
  /** Undefined where a Fail state or SendTaskFailure gave none. */
  readonly error: string | undefined;
  readonly why: string | undefined;
  /** Whether `States.HeartbeatTimeout` matches it too: the service reports such a timeout as States.Timeout. */
  readonly heartbeatMissed: boolean;

  constructor(error: string | undefined, why: string | undefined, heartbeatMissed = false) {
    super(`${error ?? "no error name"}: ${why ?? "no cause"}`);
    this.error = error;
    this.why = why;
    this.heartbeatMissed = heartbeatMissed;
  }

  /** Whether it ends the execution from wherever it happens: nothing retries or catches an error of the machine itself. */
  get fatal(): boolean {
    return this.error === "States.Runtime";
  }

  /** As history details carry it. */
  get details(): { error?: string; cause?: string } {
    return {
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.why === undefined ? {} : { cause: this.why }),
    };
  }

  /** As `$states.errorOutput` and a Catch's default output carry it. */
  get errorOutput(): { Error: string | null; Cause: string | null } {
    const missingCause = this.error === undefined ? null : "";
    return { Error: this.error ?? null, Cause: this.why ?? missingCause };
  }
}

/**
 * Whether a retrier or catcher with these names takes the failure. What is too large only its own name takes
 * (developer guide, "Handling errors in Step Functions workflows").
 */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  return errorEquals.some((name) => matchesName(name, failure));
}

function matchesName(name: string, failure: StateFailure): boolean {
  switch (name) {
    case "States.ALL":
      return failure.error !== "States.DataLimitExceeded";
    case "States.TaskFailed":
      return failure.error !== "States.Timeout";
    case "States.HeartbeatTimeout":
      return failure.heartbeatMissed || failure.error === name;
    default:
      return failure.error === name;
  }
}
