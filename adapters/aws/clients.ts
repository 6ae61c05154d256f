import { AwsError, isQuota, NotAgain } from "./errors.ts";

/** Where AWS is, who asks, and how long we wait. One object per container: its clients are made once. */
export interface AwsPlace {
  readonly region: string;
  /** An emulator in AWS's place. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain (role, profile, environment). */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /** Tells the account that the buckets are of, twelve digits: S3 then refuses one of another account. */
  readonly account?: () => Promise<string>;
  readonly patience?: Partial<Patience>;
  /** Wraps each client as it is made, for traces: `(client) => tracer.captureAWSv3Client(client)`. */
  readonly traced?: <Client>(client: Client) => Client;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface Patience {
  readonly connectionMs: number;
  /** From the request to the whole of the answer's head, and between two parts of its body. */
  readonly requestMs: number;
  /** The first try included. */
  readonly attempts: number;
}

/** A function's own time is mostly 30 s: four tries with pauses fit into it. */
const PATIENCE: Patience = { connectionMs: 2_000, requestMs: 6_000, attempts: 4 };

/** The place that the environment variables tell of. @throws AwsError ResourceMissing without a region */
export function placeFrom(environment: Readonly<Record<string, string | undefined>>): AwsPlace {
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  if (!region) throw new AwsError("ResourceMissing", "no AWS region is set; set AWS_REGION");
  const endpoint = environment["AWS_ENDPOINT_URL"];
  return endpoint ? { region, endpoint } : { region };
}

/** What every client is made with. */
export function clientSettings({ region, endpoint, credentials, patience }: AwsPlace) {
  const { connectionMs, requestMs, attempts } = { ...PATIENCE, ...patience };
  return {
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    retryMode: "adaptive",
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectionMs,
      requestTimeout: requestMs,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
      socketTimeout: requestMs,
    },
    // S3's own, for others without meaning: an emulator has no host name for each bucket, and what we read is
    // checked against a hash of ours.
    forcePathStyle: endpoint !== undefined,
    responseChecksumValidation: "WHEN_REQUIRED" as const,
  };
}

type Settings = ReturnType<typeof clientSettings>;
type ClientClass<Client> = new (settings: Settings) => Client;

/** As much of an SDK client as is needed here. */
interface Callable {
  readonly middlewareStack: {
    addRelativeTo(
      middleware: <Args, Answer>(next: (args: Args) => Promise<Answer>) => (args: Args) => Promise<Answer>,
      where: { name: string; relation: "after"; toMiddleware: string },
    ): void;
  };
}

const made = new WeakMap<AwsPlace, Map<unknown, unknown>>();

/** The place's client of this class, made when it is first asked for: a function loads only those it needs. */
export function clientOf<Client extends Callable>(place: AwsPlace, Class: ClientClass<Client>): Client {
  const clients = made.get(place) ?? new Map<unknown, unknown>();
  made.set(place, clients);
  const known = clients.get(Class) as Client | undefined;
  if (known) return known;
  const client = new Class(clientSettings(place));
  giveUpOnQuotas(client);
  const traced = place.traced?.(client) ?? client;
  clients.set(Class, traced);
  return traced;
}

/** The SDK takes some used-up quotas for throttling and would try again: hide them from its retries. */
function giveUpOnQuotas(client: Callable): void {
  client.middlewareStack.addRelativeTo(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw isQuota(error) ? new NotAgain("a quota is used up", { cause: error }) : error;
      }
    },
    { name: "giveUpOnQuotas", relation: "after", toMiddleware: "retryMiddleware" },
  );
}
