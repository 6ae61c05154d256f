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
]);

/** True when deleting a resource of this type loses data. */
export function holdsState(type: string): boolean {
  return STATEFUL.has(type);
}
