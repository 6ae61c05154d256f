import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ModelError, type Taken } from "../../core/model/model.ts";
import { within } from "../deadline.ts";
import { unsentBecause } from "../unsent.ts";
import { type AwsPlace, clientOf, type clientSettings } from "./clients.ts";
import { type AwsErrorName, asAwsError, NotAgain } from "./errors.ts";

/** Longer than any call may take: the caller's own time ends it. */
const SOCKET_MS = 300_000;

/** Speaks HTTP/2, with a connection for each call, so that none has gone stale meanwhile; and waits as models need. */
class PatientClient extends BedrockRuntimeClient {
  constructor(settings: ReturnType<typeof clientSettings>) {
    super({ ...settings, requestHandler: { disableConcurrentStreams: true, requestTimeout: SOCKET_MS } });
  }
}

/** The place's client of Bedrock. */
export function bedrockClient(place: AwsPlace): BedrockRuntimeClient {
  return clientOf(place, PatientClient);
}

/** As much of a command as is needed here. */
interface Watchable {
  readonly middlewareStack: {
    addRelativeTo(
      middleware: <Args, Answer>(next: (args: Args) => Promise<Answer>) => (args: Args) => Promise<Answer>,
      where: { name: string; relation: "after"; toMiddleware: string },
    ): void;
  };
}

export interface Asking {
  /** For messages: `asking anthropic.claude-…`. */
  readonly what: string;
  readonly timeoutMs: number;
}

/**
 * Sends a command to Bedrock. What the service refuses for a passing reason is sent again as long as there is time;
 * what was sent and never answered is not, as it may have been charged for.
 * @throws ModelError
 */
export async function askBedrock<Answer>(
  command: Watchable,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  { what, timeoutMs }: Asking,
): Promise<Answer> {
  const flight: Flight = { open: false };
  watch(command, flight);
  try {
    return await within(timeoutMs, (abortSignal) => send({ abortSignal }));
  } catch (error) {
    throw asModelError(error, what, flight.open ? "unknown" : "nothing");
  }
}

/** Open while something is sent that nobody has answered. */
interface Flight {
  open: boolean;
}

function watch({ middlewareStack }: Watchable, flight: Flight): void {
  middlewareStack.addRelativeTo(
    (next) => async (args) => {
      flight.open = true;
      try {
        const answer = await next(args);
        flight.open = false;
        return answer;
      } catch (error) {
        flight.open = !(isRefusal(error) || isWithoutCredentials(error) || unsentBecause(error));
        throw flight.open ? new Unanswered(error) : error;
      }
    },
    { name: "watchFlight", relation: "after", toMiddleware: "retryMiddleware" },
  );
}

/** Hides an error from the SDK's retries, which look into the `cause` too. */
class Unanswered extends Error {
  readonly of: unknown;

  constructor(of: unknown) {
    super("sent, and not answered");
    this.of = of;
  }
}

/** The service said no, and charges nothing for it. */
function isRefusal(error: unknown): boolean {
  const { $metadata } = Object(error instanceof NotAgain ? error.cause : error) as {
    $metadata?: { httpStatusCode?: number };
  };
  return ($metadata?.httpStatusCode ?? 0) >= 400;
}

/** Nothing was signed, so nothing was sent. */
function isWithoutCredentials(error: unknown): boolean {
  return error instanceof Error && error.name.endsWith("ProviderError");
}

const NAMES = {
  Throttled: "ModelThrottled",
  QuotaExceeded: "ModelThrottled",
  TimedOut: "ModelTimeout",
  Unavailable: "ModelUnavailable",
  AccessDenied: "ModelRefused",
  CredentialsExpired: "ModelRefused",
  CredentialsMissing: "ModelRefused",
  CredentialsRefused: "ModelRefused",
  ClockSkewed: "ModelRefused",
  ResourceMissing: "ModelRefused",
  RequestRefused: "ModelRefused",
} as const satisfies Record<AwsErrorName, string>;

function asModelError(error: unknown, what: string, taken: Taken): ModelError {
  const cause = error instanceof Unanswered ? error.of : error;
  const options = { taken, cause };
  const { name, message } = Object(cause) as { name?: unknown; message?: unknown };
  if (name === "ModelTimeoutException") return new ModelError("ModelTimeout", `${what}: ${message}`, options);
  if (name === "ModelErrorException")
    return new ModelError("ModelUnavailable", `${what}: ${message}`, options);
  const told = asAwsError(unsentBecause(cause) ?? cause, what);
  // The SDK calls a broken connection a timeout; our own is an exception of the platform's.
  if (taken === "unknown" && !(cause instanceof DOMException)) {
    const why = `${what}: what came is no whole answer (${name}: ${message})`;
    return new ModelError("ModelUnavailable", why, options);
  }
  return new ModelError(NAMES[told.name], told.message, options);
}
