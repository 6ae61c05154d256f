/** What a service's price depends on that no template says. Quantities are per month and per resource. */
export interface UsageDefault {
  readonly unit: string;
  /** A small workload that is really used: about a million requests a month, a few GB. */
  readonly typical: number;
  /** Deployed and never called. */
  readonly idle: number;
}

function each(unit: string, typical: number, idle = 0): UsageDefault {
  return { unit, typical, idle };
}

const HOURS = each("hours running", 730, 730);
const SENT_TO_INTERNET = each("GB sent to the internet", 0);

const TABLE = {
  readsPerMonth: each("read request units", 1_000_000),
  writesPerMonth: each("write request units", 250_000),
  streamReadsPerMonth: each("stream read requests not made by Lambda", 0),
  storedGb: each("GB stored", 1),
};

/**
 * The one file of usage assumptions: by CloudFormation type, the keys a usage file may set and what is assumed where
 * it does not. docs/cost.md explains them.
 */
export const USAGE = {
  "AWS::DynamoDB::Table": TABLE,
  "AWS::DynamoDB::GlobalTable": TABLE,
  "AWS::S3::Bucket": {
    storedGb: each("GB stored", 10),
    putsPerMonth: each("PUT, COPY, POST and LIST requests", 10_000),
    getsPerMonth: each("GET and other requests", 100_000),
    internetEgressGb: SENT_TO_INTERNET,
  },
  "AWS::Events::EventBus": { eventsPerMonth: each("custom events of up to 64 KB", 100_000) },
  "AWS::Events::Archive": { archivedGbPerMonth: each("GB archived", 0.1) },
  "AWS::SQS::Queue": { requestsPerMonth: each("requests of up to 64 KB", 500_000) },
  "AWS::SecretsManager::Secret": { requestsPerMonth: each("API calls", 10_000) },
  "AWS::KMS::Key": { requestsPerMonth: each("API calls", 10_000) },
  "AWS::Lambda::Function": {
    requestsPerMonth: each("invocations", 500_000),
    averageMs: each("milliseconds an invocation takes", 100, 100),
  },
  "AWS::ApiGatewayV2::Api": {
    requestsPerMonth: each("HTTP requests of up to 512 KB", 1_000_000),
    messagesPerMonth: each("WebSocket messages of up to 32 KB", 1_000_000),
    connectionMinutesPerMonth: each("minutes of WebSocket connections", 1_000_000),
  },
  "AWS::ApiGateway::RestApi": { requestsPerMonth: each("requests", 1_000_000) },
  "AWS::Logs::LogGroup": {
    ingestedGbPerMonth: each("GB written", 0.5),
    storedGb: each("GB kept", 1),
  },
  "AWS::RDS::DBInstance": {
    hoursPerMonth: HOURS,
    backupGbBeyondStorage: each("GB of backups beyond the size of the database, which is included", 0),
    requestsPerMonth: each("I/O requests of magnetic storage", 1_000_000),
    averageAcu: each("average Aurora capacity units of a serverless instance", 1),
  },
  "AWS::RDS::DBCluster": {
    storedGb: each("GB stored", 10),
    requestsPerMonth: each("I/O requests", 10_000_000),
    backupGbBeyondStorage: each("GB of backups beyond the size of the cluster, which is included", 0),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, UsageDefault>>>>;

export type UsageType = keyof typeof USAGE;

/** What a user says about their own workload, over the defaults: by type, and above that by resource. */
export interface Usage {
  /** Which defaults fill the gaps. */
  readonly profile?: "typical" | "idle" | undefined;
  readonly types?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  readonly resources?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
}

/** Everything deployed and nothing called: what a stack costs at rest. */
export const IDLE: Usage = { profile: "idle" };

export interface Assumption {
  /** `<address>.<key>` where it was given for one resource, otherwise `<type>.<key>`. */
  readonly key: string;
  readonly value: number;
  readonly unit: string;
  readonly source: "default" | "given";
}

/** Answers what a resource is used for, and remembers every answer it gave. */
export class Assumptions {
  readonly #usage: Usage;
  readonly #asked = new Map<string, Assumption>();

  constructor(usage: Usage) {
    this.#usage = usage;
  }

  ask(type: string, address: string, key: string): number {
    const fallback = defaultOf(type, key);
    const own = given(this.#usage.resources, address, key);
    const byType = given(this.#usage.types, type, key);
    const value = own ?? byType ?? fallback[this.#usage.profile ?? "typical"];
    const source = own === undefined && byType === undefined ? "default" : "given";
    const name = `${own === undefined ? type : address}.${key}`;
    if (!this.#asked.has(name)) this.#asked.set(name, { key: name, value, unit: fallback.unit, source });
    return value;
  }

  /** Everything that was asked, by key. */
  made(): Assumption[] {
    return [...this.#asked.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

function defaultOf(type: string, key: string): UsageDefault {
  const defaults: Readonly<Record<string, UsageDefault>> | undefined = USAGE[type as UsageType];
  const found = defaults?.[key];
  if (!found) throw new TypeError(`core/cost/usage.ts has no ${type}.${key}`);
  return found;
}

function given(table: Usage["types"], name: string, key: string): number | undefined {
  if (!table || !Object.hasOwn(table, name)) return undefined;
  const values = table[name];
  return values && Object.hasOwn(values, key) ? values[key] : undefined;
}
