import { isObject, type JsonObject } from "../template/template.ts";

/** A protection a resource can have, and how to see that it is there. */
export interface Protection {
  readonly type: string;
  readonly name: string;
  readonly kind: "encryption" | "logging";
  holds(properties: JsonObject): boolean;
}

const isTrue = (value: unknown) => value === true || value === "true";
const isPresent = (value: unknown) => value !== undefined && value !== null && value !== "";
const isFilled = (value: unknown) => Array.isArray(value) && value.length > 0;

/** A property may hold an object or nothing; either way its members can be asked for. */
function inside(properties: JsonObject, key: string): JsonObject {
  const value = properties[key];
  return isObject(value) ? value : {};
}

/** Encryption and logging per resource type, from the types' property references. */
export const PROTECTIONS: readonly Protection[] = [
  protection("AWS::RDS::DBInstance", "encryption", "storage encryption", (p) =>
    isTrue(p["StorageEncrypted"]),
  ),
  protection("AWS::RDS::DBInstance", "logging", "log exports", (p) =>
    isFilled(p["EnableCloudwatchLogsExports"]),
  ),
  protection("AWS::RDS::DBCluster", "encryption", "storage encryption", (p) => isTrue(p["StorageEncrypted"])),
  protection("AWS::RDS::DBCluster", "logging", "log exports", (p) =>
    isFilled(p["EnableCloudwatchLogsExports"]),
  ),
  protection("AWS::S3::Bucket", "encryption", "default encryption", (p) => isPresent(p["BucketEncryption"])),
  protection("AWS::S3::Bucket", "logging", "access logs", (p) => isPresent(p["LoggingConfiguration"])),
  protection("AWS::DynamoDB::Table", "encryption", "a key of its own", (p) =>
    isTrue(inside(p, "SSESpecification")["SSEEnabled"]),
  ),
  protection(
    "AWS::SQS::Queue",
    "encryption",
    "encryption",
    (p) => isTrue(p["SqsManagedSseEnabled"]) || isPresent(p["KmsMasterKeyId"]),
  ),
  protection("AWS::SNS::Topic", "encryption", "encryption", (p) => isPresent(p["KmsMasterKeyId"])),
  protection("AWS::EFS::FileSystem", "encryption", "encryption", (p) => isTrue(p["Encrypted"])),
  protection("AWS::EC2::Volume", "encryption", "encryption", (p) => isTrue(p["Encrypted"])),
  protection("AWS::Logs::LogGroup", "encryption", "a key of its own", (p) => isPresent(p["KmsKeyId"])),
  protection("AWS::SecretsManager::Secret", "encryption", "a key of its own", (p) =>
    isPresent(p["KmsKeyId"]),
  ),
  protection("AWS::ApiGatewayV2::Stage", "logging", "access logs", (p) => isPresent(p["AccessLogSettings"])),
  protection("AWS::ApiGateway::Stage", "logging", "access logs", (p) => isPresent(p["AccessLogSetting"])),
  protection("AWS::CloudTrail::Trail", "logging", "logging", (p) => isTrue(p["IsLogging"])),
  protection("AWS::StepFunctions::StateMachine", "logging", "logging", (p) =>
    isPresent(p["LoggingConfiguration"]),
  ),
];

/** Types whose removal switches logging off by itself. */
export const LOGS: ReadonlySet<string> = new Set([
  "AWS::CloudTrail::Trail",
  "AWS::EC2::FlowLog",
  "AWS::Config::ConfigurationRecorder",
]);

function protection(
  type: string,
  kind: Protection["kind"],
  name: string,
  holds: (properties: JsonObject) => boolean,
): Protection {
  return { type, kind, name, holds };
}
