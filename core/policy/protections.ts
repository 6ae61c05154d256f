import { isObject, type JsonObject } from "../template/template.ts";

/** A protection a resource can have, and how to see that it is there. */
export interface Protection {
  readonly type: string;
  readonly name: string;
  readonly kind: "encryption" | "logging";
  /** What it rests on. */
  readonly properties: readonly string[];
  holds(properties: JsonObject): boolean;
}

type Test = (value: unknown) => boolean;

const isTrue: Test = (value) => value === true || value === "true";
const isFilled: Test = (value) => Array.isArray(value) && value.length > 0;
const isPresent: Test = (value) =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(typeof value === "object" && Object.keys(value).length === 0);

/** A member of a property that may hold an object or nothing. */
const within =
  (member: string, test: Test): Test =>
  (value) =>
    isObject(value) && test(value[member]);

const isOn = within("Enabled", isTrue);

/** A load balancer's attributes are a list of names and values. */
const logsRequests: Test = (value) =>
  Array.isArray(value) &&
  value.some((one) => isObject(one) && one["Key"] === "access_logs.s3.enabled" && isTrue(one["Value"]));

/** Encryption and logging per resource type, from the types' property references. */
export const PROTECTIONS: readonly Protection[] = [
  ...[
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::DocDB::DBCluster",
    "AWS::Neptune::DBCluster",
  ].flatMap((type) => [
    protection(type, "encryption", "storage encryption", "StorageEncrypted", isTrue),
    protection(type, "logging", "log exports", "EnableCloudwatchLogsExports", isFilled),
  ]),
  protection("AWS::RDS::GlobalCluster", "encryption", "storage encryption", "StorageEncrypted", isTrue),
  protection("AWS::Redshift::Cluster", "encryption", "encryption", "Encrypted", isTrue),
  protection("AWS::Redshift::Cluster", "logging", "audit logs", "LoggingProperties", isPresent),
  protection("AWS::S3::Bucket", "encryption", "default encryption", "BucketEncryption", isPresent),
  protection("AWS::S3::Bucket", "logging", "access logs", "LoggingConfiguration", isPresent),
  protection(
    "AWS::DynamoDB::Table",
    "encryption",
    "a key of its own",
    "SSESpecification",
    within("SSEEnabled", isTrue),
  ),
  {
    type: "AWS::SQS::Queue",
    kind: "encryption",
    name: "encryption",
    properties: ["SqsManagedSseEnabled", "KmsMasterKeyId"],
    // A queue that says nothing is encrypted with SQS's own key.
    holds: (queue) => isPresent(queue["KmsMasterKeyId"]) || isTrue(queue["SqsManagedSseEnabled"] ?? true),
  },
  protection("AWS::SNS::Topic", "encryption", "encryption", "KmsMasterKeyId", isPresent),
  protection("AWS::Kinesis::Stream", "encryption", "encryption", "StreamEncryption", isPresent),
  protection("AWS::EFS::FileSystem", "encryption", "encryption", "Encrypted", isTrue),
  protection("AWS::EC2::Volume", "encryption", "encryption", "Encrypted", isTrue),
  protection(
    "AWS::ElastiCache::ReplicationGroup",
    "encryption",
    "encryption at rest",
    "AtRestEncryptionEnabled",
    isTrue,
  ),
  protection(
    "AWS::ElastiCache::ReplicationGroup",
    "encryption",
    "encryption in transit",
    "TransitEncryptionEnabled",
    isTrue,
  ),
  protection(
    "AWS::OpenSearchService::Domain",
    "encryption",
    "encryption at rest",
    "EncryptionAtRestOptions",
    isOn,
  ),
  protection(
    "AWS::OpenSearchService::Domain",
    "encryption",
    "encryption between nodes",
    "NodeToNodeEncryptionOptions",
    isOn,
  ),
  protection("AWS::Logs::LogGroup", "encryption", "a key of its own", "KmsKeyId", isPresent),
  protection("AWS::SecretsManager::Secret", "encryption", "a key of its own", "KmsKeyId", isPresent),
  protection("AWS::ApiGatewayV2::Stage", "logging", "access logs", "AccessLogSettings", isPresent),
  protection("AWS::ApiGateway::Stage", "logging", "access logs", "AccessLogSetting", isPresent),
  protection(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "logging",
    "access logs",
    "LoadBalancerAttributes",
    logsRequests,
  ),
  protection(
    "AWS::CloudFront::Distribution",
    "logging",
    "access logs",
    "DistributionConfig",
    within("Logging", isPresent),
  ),
  protection("AWS::CloudTrail::Trail", "logging", "logging", "IsLogging", isTrue),
  protection(
    "AWS::StepFunctions::StateMachine",
    "logging",
    "logging",
    "LoggingConfiguration",
    within("Level", (level) => isPresent(level) && level !== "OFF"),
  ),
];

/** Types whose removal switches logging off by itself. */
export const LOGS: ReadonlySet<string> = new Set([
  "AWS::CloudTrail::Trail",
  "AWS::EC2::FlowLog",
  "AWS::Config::ConfigurationRecorder",
  "AWS::WAFv2::LoggingConfiguration",
]);

function protection(
  type: string,
  kind: Protection["kind"],
  name: string,
  property: string,
  test: Test,
): Protection {
  return { type, kind, name, properties: [property], holds: (properties) => test(properties[property]) };
}
