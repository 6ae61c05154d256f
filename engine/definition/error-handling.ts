import type { Fields } from "./fields.ts";
import type { Catcher, Retrier } from "./machine.ts";
import { outlet } from "./outlets.ts";

const SECONDS = { whole: true, least: 1, most: 99_999_999 };

/** Reads Retry and Catch. */
export function fallible(fields: Fields): { retry: Retrier[]; catch: Catcher[] } {
  return { retry: readEach(fields, "Retry", readRetrier), catch: readEach(fields, "Catch", readCatcher) };
}

function readEach<T extends Retrier | Catcher>(
  fields: Fields,
  field: string,
  read: (inside: Fields) => T,
): T[] {
  const objects = fields.objects(field);
  return objects.map(([place, object], index) => {
    const one = read(fields.inside(place, object));
    if (one.errorEquals.includes("States.ALL") && index < objects.length - 1) {
      fields.refuse(`${place}/ErrorEquals`, "States.ALL must come last");
    }
    return one;
  });
}

const RETRIER_FIELDS: ReadonlySet<string> = new Set([
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
]);

function readRetrier(fields: Fields): Retrier {
  fields.only(RETRIER_FIELDS, "a retrier");
  const jitter = fields.string("JitterStrategy") ?? "NONE";
  if (jitter !== "FULL" && jitter !== "NONE") fields.refuse("JitterStrategy", "must be FULL or NONE");
  const intervalSeconds = fields.number("IntervalSeconds", SECONDS) ?? 1;
  const maxDelaySeconds = fields.number("MaxDelaySeconds", { whole: true, least: 1, most: 31_622_400 });
  if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
    fields.warn("MaxDelaySeconds", "is not greater than IntervalSeconds: the delay never grows");
  }
  return {
    errorEquals: errorEquals(fields),
    intervalSeconds,
    backoffRate: fields.number("BackoffRate", { whole: false, least: 1, most: Number.MAX_VALUE }) ?? 2,
    maxAttempts: fields.number("MaxAttempts", { whole: true, least: 0, most: 99_999_999 }) ?? 3,
    maxDelaySeconds,
    jitterStrategy: jitter === "FULL" ? "FULL" : "NONE",
  };
}

const CATCHER_FIELDS: ReadonlySet<string> = new Set(["ErrorEquals", "Next", "Output", "Assign", "Comment"]);

function readCatcher(fields: Fields): Catcher {
  fields.only(CATCHER_FIELDS, "a catcher in JSONata");
  return {
    errorEquals: errorEquals(fields),
    next: fields.requiredString("Next") ?? "",
    ...outlet(fields, { errorOutput: true }),
  };
}

/** The error names that Step Functions itself has. */
const PREDEFINED: ReadonlySet<string> = new Set(
  `ALL BranchFailed DataLimitExceeded ExceedToleratedFailureThreshold HeartbeatTimeout Http.Socket
   IntrinsicFailure ItemReaderFailed NoChoiceMatched ParameterPathFailure Permissions QueryEvaluationError
   ResultPathMatchFailure ResultWriterFailed Runtime TaskFailed Timeout`
    .split(/\s+/)
    .map((name) => `States.${name}`),
);

function errorEquals(fields: Fields): string[] {
  const names = fields.list("ErrorEquals") ?? [];
  if (names.length === 0) fields.refuse("ErrorEquals", "must be an array with at least one error name");
  if (names.includes("States.ALL") && names.length > 1) {
    fields.refuse("ErrorEquals", "States.ALL must stand alone");
  }
  return names.filter((name): name is string => {
    if (typeof name === "string") {
      if (name.startsWith("States.") && !PREDEFINED.has(name))
        fields.warn("ErrorEquals", `no state fails with ${name}: Step Functions has no such error`);
      return true;
    }
    fields.refuse("ErrorEquals", `must hold strings, not ${JSON.stringify(name)}`);
    return false;
  });
}
