import type { Json } from "../template/template.ts";
import { at, flagOf, numberOf } from "./subject.ts";

/** Something that keeps data or people safe, read from a resource's properties, and how to see that it was reduced. */
export interface Safeguard {
  readonly types: RegExp;
  readonly path: string;
  readonly name: string;
  readonly points: number;
  readonly reduced: (before: Json | undefined, after: Json | undefined) => boolean;
}

type Reduced = Safeguard["reduced"];

const off: Reduced = (before, after) => flagOf(before) === true && flagOf(after) !== true;
const on: Reduced = (before, after) => flagOf(before) !== true && flagOf(after) === true;
const gone: Reduced = (before, after) => isSomething(before) && !isSomething(after);
/** For numbers of which zero or nothing means for ever. */
const shortened: Reduced = (before, after) => {
  const [was, is] = [
    numberOf(before) || Number.POSITIVE_INFINITY,
    numberOf(after) || Number.POSITIVE_INFINITY,
  ];
  return is < was;
};
/** For numbers of which zero means none. */
const fewer: Reduced = (before, after) => (numberOf(after) ?? 0) < (numberOf(before) ?? 0);
const from =
  (was: string, ...allowed: readonly string[]): Reduced =>
  (before, after) =>
    before === was && after !== was && !allowed.includes(String(after));
const shorterList: Reduced = (before, after) =>
  Array.isArray(before) && before.length > 0 && (Array.isArray(after) ? after.length : 0) < before.length;

/** Set, and to something else now. */
const otherwise: Reduced = (before, after) => isSomething(before) && isSomething(after) && before !== after;

const fewerBlocks: Reduced = (before, after) => {
  const count = (rules: Json | undefined) => (JSON.stringify(rules ?? []).match(/"Block"/g) ?? []).length;
  const sameLength = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  return sameLength && count(after) < count(before);
};

/** A parameter that demands encryption and does so no more. */
const plainer: Reduced = (before, after) => demandsTls(before) && !demandsTls(after);

function demandsTls(parameters: Json | undefined): boolean {
  const text = JSON.stringify(parameters ?? {});
  return /"(rds\.force_ssl|require_secure_transport)"(,"Value"|:)\s*:?"?(1|on|true)/i.test(
    text.replace(/"ApplyMethod":"[^"]*",?/g, "").replace(/"Name":/g, ""),
  );
}

function isSomething(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/**
 * The oldest version of TLS 1 that a policy's or a protocol's name admits, by its minor number. The dates in names
 * ("…-2021-06") look like versions; the oldest names bear none, and admit all.
 */
function tlsOf(name: Json | undefined): number {
  const text = String(name ?? "");
  const version = /(?:TLS(?:13)?|FS)[-_]1[-_](\d)(?!\d)/i.exec(text) ?? /TLSv1\.(\d)/i.exec(text);
  return Number(version?.[1] ?? 0);
}

const olderTls: Reduced = (before, after) => isSomething(before) && tlsOf(after) < tlsOf(before);

const DATABASES = /^AWS::(RDS|DocDB|Neptune)::(DBInstance|DBCluster)$/;
const CACHES = /^AWS::ElastiCache::(ReplicationGroup|CacheCluster|ServerlessCache)$/;

function guard(types: RegExp, path: string, name: string, reduced: Reduced, points = 50): Safeguard {
  return { types, path, name, reduced, points };
}

/** Backups, retention, protection against deletion and whatever else is not encryption or logging, which laws name. */
export const SAFEGUARDS: readonly Safeguard[] = [
  guard(/^AWS::CloudTrail::Trail$/, "S3BucketName", "the place where its log is kept", otherwise, 45),
  guard(/^AWS::CloudTrail::Trail$/, "EventSelectors", "events that it records", shorterList),
  guard(/^AWS::EC2::FlowLog$/, "TrafficType", "part of what it logs", from("ALL")),
  guard(CACHES, "AuthToken", "its password", gone),
  guard(/^AWS::WAFv2::WebACL$/, "Rules", "rules that block", fewerBlocks),
  guard(/^AWS::RDS::DB(Cluster)?ParameterGroup$/, "Parameter", "encryption in transit", plainer),
  guard(/^AWS::RDS::DB(Cluster)?ParameterGroup$/, "Parameters", "encryption in transit", plainer),
  guard(DATABASES, "DeletionProtection", "deletion protection", off),
  guard(DATABASES, "BackupRetentionPeriod", "days of backups", fewer),
  guard(DATABASES, "SkipFinalSnapshot", "the last snapshot before deletion", on),
  guard(DATABASES, "MultiAZ", "the standby in another zone", off, 45),
  guard(DATABASES, "KmsKeyId", "its encryption key", gone),
  guard(DATABASES, "EnableIAMDatabaseAuthentication", "sign-in through IAM", off, 24),
  guard(/^AWS::RDS::DBInstance$/, "DeleteAutomatedBackups", "backups that outlive the instance", on),
  guard(/^AWS::Redshift::Cluster$/, "AutomatedSnapshotRetentionPeriod", "days of snapshots", fewer),
  guard(CACHES, "SnapshotRetentionLimit", "days of snapshots", fewer),
  guard(CACHES, "AutomaticFailoverEnabled", "failover", off, 45),
  guard(/^AWS::DynamoDB::Table$/, "DeletionProtectionEnabled", "deletion protection", off),
  guard(
    /^AWS::DynamoDB::Table$/,
    "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
    "recovery to a point in time",
    off,
  ),
  guard(/^AWS::S3::Bucket$/, "VersioningConfiguration.Status", "versions", from("Enabled")),
  guard(/^AWS::S3::Bucket$/, "VersioningConfiguration.Enabled", "versions", off),
  guard(/^AWS::S3::BucketVersioning$/, "VersioningConfiguration.Status", "versions", from("Enabled")),
  guard(
    /^AWS::S3::BucketVersioning$/,
    "VersioningConfiguration.MfaDelete",
    "MFA before deletion",
    from("Enabled"),
  ),
  guard(/^AWS::S3::Bucket$/, "ForceDestroy", "the refusal to delete what is not empty", on, 45),
  guard(/^AWS::S3::Bucket$/, "ObjectLockConfiguration", "object lock", gone),
  guard(/^AWS::S3::BucketEncryption$/, "Rule", "encryption", gone),
  guard(/^AWS::S3::Bucket$/, "ReplicationConfiguration", "its copy elsewhere", gone, 45),
  guard(/^AWS::Logs::LogGroup$/, "RetentionInDays", "days of logs", shortened),
  guard(/^AWS::Kinesis::Stream$/, "RetentionPeriodHours", "hours of records", fewer),
  guard(/^AWS::SQS::Queue$/, "MessageRetentionPeriod", "seconds that messages are kept", fewer, 35),
  guard(/^AWS::SQS::Queue$/, "RedrivePolicy", "the queue for what cannot be delivered", gone, 24),
  guard(/^AWS::KMS::Key$/, "EnableKeyRotation", "rotation of the key", off),
  guard(/^AWS::KMS::Key$/, "Enabled", "the key itself", off, 60),
  guard(/^AWS::KMS::Key$/, "PendingWindowInDays", "days to think better of deleting it", fewer, 45),
  guard(
    /^AWS::SecretsManager::Secret$/,
    "RecoveryWindowInDays",
    "days to think better of deleting it",
    fewer,
    45,
  ),
  guard(/^AWS::EFS::FileSystem$/, "BackupPolicy.Status", "backups", from("ENABLED")),
  guard(/^AWS::EFS::BackupPolicy$/, "BackupPolicy.Status", "backups", from("ENABLED")),
  guard(/^AWS::Backup::BackupPlan$/, "Rule.Lifecycle.DeleteAfter", "days of backups", shortened),
  guard(/^AWS::Backup::BackupPlan$/, "Rule", "rules of the backup plan", shorterList),
  guard(/^AWS::Backup::BackupPlan$/, "BackupPlan.BackupPlanRule", "rules of the backup plan", shorterList),
  guard(
    /^AWS::Backup::BackupPlan$/,
    "BackupPlan.BackupPlanRule.Lifecycle.DeleteAfterDays",
    "days of backups",
    shortened,
  ),
  guard(/^AWS::EC2::Instance$/, "DisableApiTermination", "protection against termination", off),
  guard(
    /^AWS::EC2::(Instance|LaunchTemplate)$/,
    "MetadataOptions.HttpTokens",
    "tokens before its metadata",
    from("required"),
  ),
  guard(
    /^AWS::EC2::LaunchTemplate$/,
    "LaunchTemplateData.MetadataOptions.HttpTokens",
    "tokens before its metadata",
    from("required"),
  ),
  guard(/^AWS::EC2::EncryptionByDefault$/, "Enabled", "encryption of new volumes", off),
  guard(/^AWS::CloudTrail::Trail$/, "EnableLogFileValidation", "proof that the log was not changed", off),
  guard(/^AWS::CloudTrail::Trail$/, "IsMultiRegionTrail", "the record of other regions", off),
  guard(/^AWS::CloudTrail::Trail$/, "IncludeGlobalServiceEvents", "the record of global services", off),
  guard(/^AWS::CloudTrail::Trail$/, "KMSKeyId", "encryption with a key of its own", gone),
  guard(/^AWS::GuardDuty::Detector$/, "Enable", "the watch for intruders", off),
  guard(/^AWS::Config::ConfigurationRecorderStatus$/, "IsEnabled", "the record of configurations", off),
  guard(/^AWS::EKS::Cluster$/, "EnabledClusterLogTypes", "logs of the cluster", shorterList),
  guard(/^AWS::EKS::Cluster$/, "EncryptionConfig", "encryption of secrets", gone),
  guard(/^AWS::ECR::Repository$/, "ImageTagMutability", "tags that cannot be moved", from("IMMUTABLE"), 30),
  guard(/^AWS::ECR::Repository$/, "ImageScanningConfiguration.ScanOnPush", "scans of images", off, 24),
  guard(/^AWS::ECR::Repository$/, "ForceDelete", "the refusal to delete what is not empty", on, 45),
  guard(/^AWS::Cognito::UserPool$/, "MfaConfiguration", "the second factor", from("ON")),
  guard(/^AWS::Cognito::UserPool$/, "MfaConfiguration", "the second factor", from("OPTIONAL", "ON")),
  guard(/^AWS::Cognito::UserPool$/, "DeletionProtection", "deletion protection", from("ACTIVE")),
  guard(/^AWS::Cognito::UserPool$/, "PasswordPolicy.MinimumLength", "the least length of passwords", fewer),
  guard(
    /^AWS::Cognito::UserPool$/,
    "Policies.PasswordPolicy.MinimumLength",
    "the least length of passwords",
    fewer,
  ),
  guard(/^AWS::IAM::AccountPasswordPolicy$/, "MinimumPasswordLength", "the least length of passwords", fewer),
  guard(/^AWS::IAM::AccountPasswordPolicy$/, "RequireSymbols", "symbols in passwords", off),
  guard(/^AWS::IAM::AccountPasswordPolicy$/, "RequireNumbers", "digits in passwords", off),
  guard(/^AWS::WAFv2::WebACL$/, "Rules", "rules of the firewall", shorterList),
  guard(/^AWS::WAFv2::WebACL$/, "DefaultAction.Block", "blocking what no rule allows", gone),
  guard(/^AWS::CloudFront::Distribution$/, "DistributionConfig.WebACLId", "its firewall", gone),
  guard(
    /^AWS::CloudFront::Distribution$/,
    "DistributionConfig.ViewerCertificate.MinimumProtocolVersion",
    "the least version of TLS",
    olderTls,
  ),
  guard(
    /^AWS::CloudFront::Distribution$/,
    "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
    "encryption in transit",
    (before, after) => isSomething(before) && before !== "allow-all" && after === "allow-all",
  ),
  guard(/^AWS::CloudFront::Distribution$/, "DistributionConfig.Enabled", "the distribution itself", off),
  guard(/^AWS::ElasticLoadBalancingV2::Listener$/, "SslPolicy", "the least version of TLS", olderTls),
  guard(
    /^AWS::ElasticLoadBalancingV2::Listener$/,
    "Protocol",
    "encryption in transit",
    (before, after) => /^(HTTPS|TLS)$/.test(String(before)) && !/^(HTTPS|TLS)$/.test(String(after)),
  ),
  guard(/^AWS::ApiGateway::DomainName$/, "SecurityPolicy", "the least version of TLS", olderTls),
  guard(
    /^AWS::(OpenSearchService|Elasticsearch)::Domain$/,
    "DomainEndpointOptions.EnforceHTTPS",
    "encryption in transit",
    off,
  ),
  guard(/^AWS::Lambda::Function$/, "CodeSigningConfigArn", "the signature of its code", gone),
  guard(/^AWS::MSK::Cluster$/, "EncryptionInfo", "encryption", gone),
  guard(
    /^AWS::CloudWatch::Alarm$/,
    "ActionsEnabled",
    "what its alarm sets off",
    (before, after) => before !== false && after === false,
    24,
  ),
  guard(/^AWS::CloudWatch::Alarm$/, "AlarmActions", "what its alarm sets off", gone, 24),
  guard(/^AWS::RDS::GlobalCluster$/, "DeletionProtection", "deletion protection", off),
  guard(/^(google|azurerm|kubernetes)_/, "DeletionProtection", "deletion protection", off),
  guard(/^google_/, "Settings.BackupConfiguration.Enabled", "backups", off),
  guard(/^google_storage_bucket$/, "Versioning.Enabled", "versions", off),
  guard(/^google_/, "UniformBucketLevelAccess", "access by policy alone", off),
  guard(/^google_storage_bucket$/, "ForceDestroy", "the refusal to delete what is not empty", on, 45),
  guard(/^azurerm_/, "PurgeProtectionEnabled", "protection against purging", off),
  guard(/^azurerm_/, "EnableHttpsTrafficOnly", "encryption in transit", off),
  guard(/^azurerm_/, "HttpsTrafficOnlyEnabled", "encryption in transit", off),
  guard(
    /^azurerm_/,
    "MinTlsVersion",
    "the least version of TLS",
    (before, after) => String(after ?? "") < String(before ?? ""),
  ),
  guard(/^azurerm_/, "BackupRetentionDays", "days of backups", fewer),
  guard(/^azurerm_/, "GeoRedundantBackupEnabled", "backups elsewhere", off),
];

/** A load balancer's attributes are a list of names and values. */
export function attributeOf(properties: Json | undefined, key: string): Json | undefined {
  const list = at(properties, "LoadBalancerAttributes");
  const all = Array.isArray(list) ? (list as readonly Json[]) : [];
  const found = all.find((one) => at(one, "Key") === key);
  return at(found, "Value");
}

/** Types whose removal takes a safeguard away by itself, with its name. */
export const GUARDIANS: Readonly<Record<string, string>> = {
  "AWS::CloudTrail::Trail": "the record of what is done in the account",
  "AWS::EC2::FlowLog": "the log of a network",
  "AWS::Config::ConfigurationRecorder": "the record of configurations",
  "AWS::Config::ConfigurationRecorderStatus": "the record of configurations",
  "AWS::Config::ConfigRule": "a check of configurations",
  "AWS::Config::DeliveryChannel": "the record of configurations",
  "AWS::WAFv2::LoggingConfiguration": "the log of a firewall",
  "AWS::WAFv2::WebACL": "a firewall",
  "AWS::WAFv2::WebACLAssociation": "a firewall in front of something",
  "AWS::NetworkFirewall::Firewall": "a firewall",
  "AWS::NetworkFirewall::FirewallPolicy": "a firewall's rules",
  "AWS::NetworkFirewall::LoggingConfiguration": "the log of a firewall",
  "AWS::GuardDuty::Detector": "the watch for intruders",
  "AWS::GuardDuty::DetectorFeature": "the watch for intruders",
  "AWS::SecurityHub::Hub": "the overview of security findings",
  "AWS::SecurityHub::Standard": "a standard that is checked",
  "AWS::Inspector::Enabler": "the search for weaknesses",
  "AWS::Macie::Session": "the search for personal data",
  "AWS::AccessAnalyzer::Analyzer": "the search for access from outside",
  "AWS::Backup::BackupPlan": "backups",
  "AWS::Backup::BackupSelection": "backups of what it selects",
  "AWS::Backup::BackupVaultLock": "the lock of backups",
  "AWS::DLM::LifecyclePolicy": "snapshots of volumes",
  "AWS::EFS::BackupPolicy": "backups of a file system",
  "AWS::RDS::BackupReplication": "backups elsewhere",
  "AWS::S3::BucketVersioning": "the versions of a bucket",
  "AWS::S3::BucketEncryption": "the encryption of a bucket",
  "AWS::S3::BucketLogging": "the log of a bucket",
  "AWS::S3::BucketObjectLock": "the lock of a bucket's objects",
  "AWS::S3::BucketReplication": "the copy of a bucket elsewhere",
  "AWS::EC2::EncryptionByDefault": "the encryption of new volumes",
  "AWS::IAM::AccountPasswordPolicy": "the rules for passwords",
  "AWS::Redshift::Logging": "the log of a warehouse",
  "AWS::Shield::Protection": "protection against floods of requests",
  "AWS::SecretsManager::RotationSchedule": "the rotation of a secret",
};
