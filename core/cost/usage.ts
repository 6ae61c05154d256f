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
const TO_INTERNET = each("GB sent to the internet", 0);
const PROCESSED = each("GB passing through", 1);
const STORED = each("GB stored", 10);
const API_CALLS = each("API calls", 10_000);
const BACKUPS = each("GB of backups beyond the size of the database, which is included", 0);

const TABLE = {
  readsPerMonth: each("read request units", 1_000_000),
  writesPerMonth: each("write request units", 250_000),
  storedGb: each("GB stored", 1),
};

const MACHINE = {
  hoursPerMonth: HOURS,
  rootVolumeGb: each("GB of root volume where only the image knows it", 8, 8),
  internetEgressGb: TO_INTERNET,
};

/**
 * The one file of usage assumptions: by CloudFormation type, the keys a usage file may set and what is assumed where
 * it does not. docs/cost.md explains them.
 */
export const USAGE = {
  "AWS::ACMPCA::CertificateAuthority": { certificatesPerMonth: each("certificates issued", 1) },
  "AWS::ApiGateway::RestApi": { requestsPerMonth: each("requests", 1_000_000) },
  "AWS::ApiGatewayV2::Api": {
    requestsPerMonth: each("HTTP requests of up to 512 KB", 1_000_000),
    messagesPerMonth: each("WebSocket messages of up to 32 KB", 1_000_000),
    connectionMinutesPerMonth: each("minutes of WebSocket connections", 1_000_000),
  },
  "AWS::Athena::WorkGroup": { scannedTbPerMonth: each("TB scanned by queries", 0.01) },
  "AWS::AutoScaling::AutoScalingGroup": MACHINE,
  "AWS::Backup::BackupVault": {
    databaseGb: each("GB of RDS snapshots", 20),
    volumeGb: each("GB of EBS snapshots", 8),
    fileSystemGb: each("GB of EFS backups", 0),
    tableGb: each("GB of DynamoDB backups", 0),
    bucketGb: each("GB of S3 backups", 0),
  },
  "AWS::CloudFront::Distribution": {
    requestsPerMonth: each("HTTPS requests", 1_000_000),
    egressGb: each("GB sent to viewers", 10),
  },
  "AWS::CloudTrail::EventDataStore": { ingestedGbPerMonth: each("GB of events", 1) },
  "AWS::CloudTrail::Trail": {
    copiedManagementEventsPerMonth: each("management events of a second or further trail", 0),
    dataEventsPerMonth: each("data events", 100_000),
    analysedEventsPerMonth: each("events that insights analyse", 100_000),
  },
  "AWS::CloudWatch::MetricStream": { updatesPerMonth: each("metric updates", 1_000_000) },
  "AWS::CodePipeline::Pipeline": { actionMinutesPerMonth: each("minutes of actions", 100) },
  "AWS::Cognito::UserPool": { activeUsersPerMonth: each("users who sign in", 1000) },
  "AWS::Cognito::UserPoolClient": { tokenRequestsPerMonth: each("token requests of a machine", 10_000) },
  "AWS::Config::ConfigRule": { evaluationsPerMonth: each("evaluations", 1000) },
  "AWS::Config::ConfigurationRecorder": { itemsPerMonth: each("configuration items", 1000) },
  "AWS::DynamoDB::GlobalTable": TABLE,
  "AWS::DynamoDB::Table": {
    ...TABLE,
    streamReadsPerMonth: each("stream read requests not made by Lambda", 0),
  },
  "AWS::EC2::ClientVpnEndpoint": { connectionHoursPerMonth: each("hours of client connections", 100) },
  "AWS::EC2::FlowLog": { loggedGbPerMonth: each("GB of flow logs", 1) },
  "AWS::EC2::Instance": MACHINE,
  "AWS::EC2::NatGateway": { processedGbPerMonth: each("GB passing through", 10) },
  "AWS::EC2::TransitGatewayAttachment": { processedGbPerMonth: PROCESSED },
  "AWS::EC2::TransitGatewayVpcAttachment": { processedGbPerMonth: PROCESSED },
  "AWS::EC2::VPCEndpoint": { processedGbPerMonth: PROCESSED },
  "AWS::EC2::Volume": { requestsPerMonth: each("I/O requests of a magnetic volume", 1_000_000) },
  "AWS::ECR::Repository": { storedGb: each("GB of images", 2, 1) },
  "AWS::ECS::Service": { hoursPerMonth: HOURS },
  "AWS::EFS::FileSystem": {
    storedGb: STORED,
    infrequentGb: each("GB moved to infrequent access", 0),
    readGbPerMonth: each("GB read with elastic throughput", 10),
    writtenGbPerMonth: each("GB written with elastic throughput", 1),
  },
  "AWS::EKS::Nodegroup": { hoursPerMonth: HOURS, internetEgressGb: TO_INTERNET },
  "AWS::ElastiCache::ServerlessCache": {
    storedGb: each("GB stored", 1),
    processingUnitsPerMonth: each("ElastiCache processing units", 10_000_000),
  },
  "AWS::ElasticLoadBalancing::LoadBalancer": {
    processedGbPerMonth: PROCESSED,
    internetEgressGb: TO_INTERNET,
  },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": {
    averageCapacityUnits: each("average capacity units", 0.1),
    internetEgressGb: TO_INTERNET,
  },
  "AWS::Events::ApiDestination": { callsPerMonth: each("calls", 100_000) },
  "AWS::Events::Archive": { archivedGbPerMonth: each("GB archived", 0.1) },
  "AWS::Events::EventBus": { eventsPerMonth: each("custom events of up to 64 KB", 100_000) },
  "AWS::KMS::Key": { requestsPerMonth: API_CALLS },
  "AWS::KMS::ReplicaKey": { requestsPerMonth: API_CALLS },
  "AWS::Kinesis::Stream": {
    ingestedGbPerMonth: each("GB written to an on-demand stream", 1),
    retrievedGbPerMonth: each("GB read from an on-demand stream", 2),
    payloadUnitsPerMonth: each("payload units of 25 KB put into shards", 1_000_000),
    storedGbBeyondFirstDay: each("GB kept beyond the first day", 1),
  },
  "AWS::Kinesis::StreamConsumer": { retrievedGbPerMonth: each("GB read", 1) },
  "AWS::KinesisFirehose::DeliveryStream": { ingestedGbPerMonth: each("GB in records rounded up to 5 KB", 1) },
  "AWS::Lambda::Function": {
    requestsPerMonth: each("invocations", 1_000_000),
    averageMs: each("milliseconds an invocation takes", 100, 100),
  },
  "AWS::Logs::LogGroup": {
    ingestedGbPerMonth: each("GB written", 0.5),
    storedGb: each("GB kept", 1),
  },
  "AWS::Logs::MetricFilter": {
    shareOfHoursWithMatches: each("share of the hours in which something matches", 1),
  },
  "AWS::Pipes::Pipe": { requestsPerMonth: each("requests of up to 64 KB", 100_000) },
  "AWS::RDS::DBCluster": {
    storedGb: STORED,
    requestsPerMonth: each("I/O requests", 10_000_000),
    backupGbBeyondStorage: BACKUPS,
  },
  "AWS::RDS::DBInstance": {
    hoursPerMonth: HOURS,
    backupGbBeyondStorage: BACKUPS,
    requestsPerMonth: each("I/O requests of magnetic storage", 1_000_000),
    averageAcu: each("average Aurora capacity units of a serverless instance", 1),
    monitoringGbPerMonth: each("GB of metrics that enhanced monitoring writes", 0.2, 0.2),
  },
  "AWS::RDS::DBProxy": { databaseVcpus: each("vCPUs of the database behind the proxy", 2, 2) },
  "AWS::Route53::HealthCheck": { endpointOutsideAws: each("1 when the endpoint is not on AWS", 0) },
  "AWS::Route53::HostedZone": { queriesPerMonth: each("queries", 500_000) },
  "AWS::Route53Resolver::ResolverEndpoint": { queriesPerMonth: each("queries", 500_000) },
  "AWS::S3::Bucket": {
    storedGb: STORED,
    putsPerMonth: each("PUT, COPY, POST and LIST requests", 10_000),
    getsPerMonth: each("GET and other requests", 100_000),
    internetEgressGb: TO_INTERNET,
  },
  "AWS::SES::EmailIdentity": { emailsPerMonth: each("mails sent", 1000) },
  "AWS::SNS::Subscription": { deliveriesPerMonth: each("deliveries", 1000) },
  "AWS::SNS::Topic": {
    messagesPerMonth: each("messages published, in chunks of 64 KB", 100_000),
    averageKb: each("KB of a message to a FIFO topic", 1, 1),
  },
  "AWS::SQS::Queue": { requestsPerMonth: each("requests of up to 64 KB", 500_000) },
  "AWS::Scheduler::Schedule": { invocationsPerMonth: each("invocations of a cron schedule", 1000, 1000) },
  "AWS::SecretsManager::Secret": { requestsPerMonth: API_CALLS },
  "AWS::StepFunctions::StateMachine": {
    executionsPerMonth: each("executions", 1000),
    transitionsPerExecution: each("state transitions of a Standard execution", 20, 20),
    expressSeconds: each("seconds an Express execution takes", 1, 1),
    expressMemoryMb: each("MB an Express execution is billed for", 64, 64),
  },
  "AWS::Synthetics::Canary": { runsPerMonth: each("runs of a cron schedule", 1000, 1000) },
  "AWS::WAFv2::WebACL": { requestsPerMonth: each("requests inspected", 1_000_000) },
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
