/**
 * Resource types whose deletion loses data that cannot be made again from a template. From CloudFormation's list
 * of types with DeletionPolicy Snapshot, and the stores, queues, keys, secrets and user pools beside them.
 */
const STATEFUL: ReadonlySet<string> = new Set([
  "AWS::RDS::DBInstance",
  "AWS::RDS::DBCluster",
  "AWS::RDS::GlobalCluster",
  "AWS::DynamoDB::Table",
  "AWS::DynamoDB::GlobalTable",
  "AWS::S3::Bucket",
  "AWS::EFS::FileSystem",
  "AWS::FSx::FileSystem",
  "AWS::EC2::Volume",
  "AWS::EC2::Instance",
  "AWS::ElastiCache::CacheCluster",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::ElastiCache::ServerlessCache",
  "AWS::Redshift::Cluster",
  "AWS::RedshiftServerless::Namespace",
  "AWS::DocDB::DBCluster",
  "AWS::Neptune::DBCluster",
  "AWS::OpenSearchService::Domain",
  "AWS::Elasticsearch::Domain",
  "AWS::MemoryDB::Cluster",
  "AWS::Timestream::Database",
  "AWS::Timestream::Table",
  "AWS::Cassandra::Table",
  "AWS::QLDB::Ledger",
  "AWS::Kinesis::Stream",
  "AWS::MSK::Cluster",
  "AWS::SQS::Queue",
  "AWS::KMS::Key",
  "AWS::SecretsManager::Secret",
  "AWS::SSM::Parameter",
  "AWS::Cognito::UserPool",
  "AWS::Backup::BackupVault",
  "AWS::ECR::Repository",
  "AWS::Logs::LogGroup",
  "AWS::Route53::HostedZone",
  "AWS::EKS::Cluster",
  "AWS::DAX::Cluster",
  "AWS::AmazonMQ::Broker",
  "AWS::S3Express::DirectoryBucket",
  "AWS::S3Tables::TableBucket",
  "AWS::Lightsail::Database",
  "AWS::Transfer::Server",
  "AWS::RDS::DBSnapshot",
  "AWS::EC2::Snapshot",
  "AWS::Glue::Database",
  "AWS::CodeCommit::Repository",
  "AWS::CloudTrail::EventDataStore",
  "AWS::KMS::ReplicaKey",
  "AWS::ACMPCA::CertificateAuthority",
  "AWS::MSK::ServerlessCluster",
  "AWS::OpenSearchServerless::Collection",
  "AWS::SageMaker::Domain",
  "AWS::WorkSpaces::Workspace",
  "AWS::QuickSight::DataSet",
]);

/** Names within a type nobody here knows that tell of something kept. */
const KEPT =
  /(sql|database|(?<![a-z])db|table|bucket|storage|disk|volume|file_?(system|share)|snapshot|backup|vault|secret|(?<!public_)key(?!_?pair)|queue|repository|registry|zone|warehouse|ledger|stream|cluster|cache|search|firestore|spanner|bigquery|persistent|stateful|namespace|resource_group|workspace|(?<![a-z])project|virtual_machine|compute_instance|droplet)/i;

/** Parts of such things that hold nothing themselves. */
const PART =
  /(policy|permission|attachment|association|binding|member|grant|rule|parameter_?group|subnet_?group|option|alias|setting|config|configuration|version(ing)?|alarm|alert|record|route|role|user|access|notification|schedule|lifecycle|assignment|lock|setup|iam|destination|target|trigger|endpoint|proxy|domain_name|listener|tag|handler|replication|share|link|peering|event|rotation|filter|metric|firewall|service|data)s?$/i;

/**
 * True when deleting a resource of this type loses data. Of types of other providers and of AWS's own that are not on
 * our lists, the name is all there is to go by.
 */
export function holdsState(type: string, properties: Readonly<Record<string, unknown>> = {}): boolean {
  // An instance within a cluster computes on the cluster's volume and holds nothing of its own.
  if (type === "AWS::RDS::DBInstance" && properties["DBClusterIdentifier"] !== undefined) return false;
  return STATEFUL.has(type) || (isForeign(type) && looksStateful(type));
}

/** Of another provider than AWS, or an AWS type that CloudFormation does not have. */
export function isForeign(type: string): boolean {
  return !type.includes("::");
}

/** Things that only a Terraform state holds: a name drawn by lot, a file on the machine that runs it. */
const NOTHING_REAL = /^(null|random|time|local|template|archive|external|http|tls|cloudinit|terraform)_/;

function looksStateful(type: string): boolean {
  if (NOTHING_REAL.test(type)) return false;
  const [, ...name] = type.split("_");
  const words = name.join("_");
  return KEPT.test(words) && !PART.test(words);
}
