import { NamedError } from "../../core/errors.ts";

export type AwsErrorName =
  /** A permission is missing; the message names it and the role, as far as AWS tells. */
  | "AccessDenied"
  | "CredentialsExpired"
  | "CredentialsMissing"
  | "CredentialsRefused"
  | "ClockSkewed"
  /** A quota is used up. Asking again does not help, so it is never retried. */
  | "QuotaExceeded"
  | "Throttled"
  | "TimedOut"
  | "Unavailable"
  /** The table, bucket, queue … that we were told to use is not there. */
  | "ResourceMissing"
  /** Anything else AWS said no to; its own name and words are in the message. */
  | "RequestRefused";

/** What AWS answered, in our names and with what to do next; `cause` is the SDK's own error. */
export class AwsError extends NamedError<AwsErrorName> {}

/** Troubles that asking again in a moment may cure. */
export function isPassing({ name }: AwsError): boolean {
  return name === "Throttled" || name === "TimedOut" || name === "Unavailable";
}

/** What of an SDK error decides its meaning. */
interface Told {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number;
  readonly attempts: number;
  /** Service Quotas' code of a used-up quota, where the service gives it. */
  readonly quota: string;
}

/**
 * Calls AWS so that whatever fails is an AwsError.
 * @param what the call in words, for the message: `reading gate g1 from the table agent-mesh-dev`
 * @param expected names of the service's exceptions that the caller understands better; they pass through
 */
export async function mapped<Result>(
  call: () => Promise<Result>,
  what: string,
  expected: readonly string[] = [],
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && expected.includes(error.name)) throw error;
    throw asAwsError(error, what);
  }
}

/** An SDK error in our names. */
export function asAwsError(error: unknown, what: string): AwsError {
  if (error instanceof AwsError) return error;
  const cause = error instanceof NotAgain ? error.cause : error;
  const [name, advice] = meaningOf(toldBy(cause));
  return new AwsError(name, `${what}: ${advice}`, { cause });
}

/** Carries an error past the SDK's retries, which would take it for throttling. */
export class NotAgain extends Error {}

/** Whether AWS says that a quota is used up, in any of the ways its services say it. */
export function isQuota(error: unknown): boolean {
  const { name, message } = toldBy(error);
  if (/^(ServiceQuotaExceeded|TooManyBuckets|OverLimit|(?!Request|Bandwidth)\w*LimitExceeded)/.test(name))
    return true;
  return /throttl|toomanyrequests/i.test(name) && /\bquota\b/i.test(message);
}

function meaningOf(told: Told): [AwsErrorName, string] {
  const known = MEANINGS.find(({ when }) => when(told));
  return known ? [known.name, known.advice(told)] : ["RequestRefused", `AWS refused with ${quoted(told)}`];
}

interface Meaning {
  readonly name: AwsErrorName;
  readonly when: (told: Told) => boolean;
  readonly advice: (told: Told) => string;
}

const names =
  (pattern: RegExp) =>
  ({ name, code }: Told) =>
    pattern.test(name) || pattern.test(code);

/** The first that holds counts. Names as the services send them, with and without `Exception`. */
const MEANINGS: readonly Meaning[] = [
  {
    name: "CredentialsExpired",
    when: (told) =>
      names(/^(ExpiredToken|TokenRefreshRequired)/)(told) ||
      // What the SDK says when a signed-in session has run out.
      (names(/^(Credentials|Token)ProviderError/)(told) && /expired/i.test(told.message)),
    advice: () =>
      "the credentials have expired; sign in again (`aws sso login`) or take fresh ones, then repeat it",
  },
  {
    name: "CredentialsMissing",
    when: names(/^(CredentialsProviderError|TokenProviderError|MissingAuthenticationToken)/),
    advice: () => "there are no AWS credentials; set AWS_PROFILE, sign in, or run it where a role is given",
  },
  {
    name: "ClockSkewed",
    when: (told) =>
      names(/^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)/)(told) ||
      /signature (expired|not yet current)/i.test(told.message),
    advice: () =>
      "this machine's clock is more than five minutes from AWS's; set it by a time server and repeat it",
  },
  {
    name: "CredentialsRefused",
    when: names(
      /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|InvalidToken)/,
    ),
    advice: (told) => `AWS does not know these credentials (${told.name}); check the profile and the account`,
  },
  {
    name: "AccessDenied",
    when: (told) =>
      names(/^(AccessDenied|Unauthorized(Operation|Exception)?|AuthorizationError|NotAuthorized|Forbidden)/)(
        told,
      ) || told.status === 403,
    advice: deniedAdvice,
  },
  {
    name: "QuotaExceeded",
    when: isQuota,
    advice: (told) =>
      `a quota of the account is used up${told.quota ? `, ${told.quota}` : ""} (${quoted(told)}); free some of it or ask for more in Service Quotas. It was not tried again`,
  },
  {
    name: "Throttled",
    when: (told) =>
      names(
        /throttl|^(TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown|ProvisionedThroughputExceeded|PriorRequestNotComplete|TransactionInProgress)/i,
      )(told) || told.status === 429,
    advice: (told) => `AWS throttled it (${told.name}), ${times(told)}; wait a moment and repeat it`,
  },
  {
    // The SDK calls a refused connection a timeout.
    name: "Unavailable",
    when: names(/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/),
    advice: (told) =>
      `AWS cannot be reached (${told.message}), ${times(told)}; check the network, the region and AWS_ENDPOINT_URL`,
  },
  {
    name: "TimedOut",
    when: names(/^(TimeoutError|RequestTimeout|ETIMEDOUT|AbortError)/),
    advice: (told) =>
      `no answer came, ${times(told)}; whether it took effect is not known. Check the network, then repeat it`,
  },
  {
    name: "ResourceMissing",
    when: names(
      /^(ResourceNotFound|NoSuchBucket|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)/,
    ),
    advice: (told) =>
      `what it needs is not there (${quoted(told)}); check its name and region, or deploy the stack again`,
  },
  {
    name: "Unavailable",
    when: (told) =>
      names(/^(E[A-Z]+|InternalServerError|InternalError|ServiceUnavailable)/)(told) || told.status >= 500,
    advice: (told) => `AWS is in trouble (${quoted(told)}), ${times(told)}; wait a moment and repeat it`,
  },
];

/** AWS's sentence: "User: arn:… is not authorized to perform: dynamodb:PutItem on resource: arn:… because no … policy allows …". */
function deniedAdvice(told: Told): string {
  const { message } = told;
  const action = /perform:?\s+([\w-]+:\w+)/.exec(message)?.[1];
  const resource = /on (?:the )?resource:?\s+(?:"([^"]+)"|(\S+))/.exec(message);
  const role = /assumed-role\/([^/\s]+)/.exec(message)?.[1];
  const principal = /User:?\s+(arn:\S+)/.exec(message)?.[1];
  const explicit = /with an explicit deny in an? ([\w -]+?)(?=[:.,]|$)/.exec(message)?.[1];
  if (!action)
    return `AWS denied it (${quoted(told)}); the role or user it runs as lacks a permission for it`;
  const who = role ? `the role ${role}` : (principal ?? "the role or user it runs as");
  const where = resource ? ` on ${resource[1] ?? resource[2]?.replace(/[.,]$/, "")}` : "";
  const then = explicit
    ? `is denied it (explicit deny, ${explicit}), which only that policy's owner can lift`
    : "lacks it; grant it there or run this as another role";
  return `${action}${where} is needed and ${who} ${then}`;
}

function times({ attempts }: Told): string {
  return attempts > 1 ? `${attempts} times in a row` : "once";
}

/** AWS's own words: the first line, and no more than a sentence or two. */
function quoted({ name, message }: Told): string {
  return `${name}: ${message.split("\n", 1)[0]?.slice(0, 300)}`;
}

function toldBy(error: unknown): Told {
  const { name, message, code, Code, QuotaCode, $metadata } = Object(error) as Record<string, unknown>;
  const { httpStatusCode, attempts } = Object($metadata) as Record<string, unknown>;
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" && message !== "" ? message : "no words given",
    code: ([code, Code].find((one) => typeof one === "string") as string | undefined) ?? "",
    status: typeof httpStatusCode === "number" ? httpStatusCode : 0,
    attempts: typeof attempts === "number" ? attempts : 1,
    quota: typeof QuotaCode === "string" ? QuotaCode : "",
  };
}
