import type { Json, JsonObject } from "../../template/template.ts";
import { blocks, present, type Shape, within } from "./shape.ts";

const BACKUP_NAMES = { skip_final_snapshot: "SkipFinalSnapshot" };

const DATABASE: Shape = {
  names: {
    ...BACKUP_NAMES,
    instance_class: "DBInstanceClass",
    multi_az: "MultiAZ",
    password: "MasterUserPassword",
    master_password: "MasterUserPassword",
    performance_insights_enabled: "EnablePerformanceInsights",
    enabled_cloudwatch_logs_exports: "EnableCloudwatchLogsExports",
    vpc_security_group_ids: "VPCSecurityGroups",
    replicate_source_db: "SourceDBInstanceIdentifier",
    cluster_identifier: "DBClusterIdentifier",
  },
};

const CLUSTER: Shape = {
  names: {
    ...BACKUP_NAMES,
    master_password: "MasterUserPassword",
    enabled_cloudwatch_logs_exports: "EnableCloudwatchLogsExports",
    vpc_security_group_ids: "VpcSecurityGroupIds",
    serverlessv2_scaling_configuration: "ServerlessV2ScalingConfiguration",
    db_cluster_instance_class: "DBClusterInstanceClass",
  },
  single: ["serverlessv2_scaling_configuration", "scaling_configuration"],
  finish: (properties) => without(properties, properties["BacktrackWindow"] === 0 ? ["BacktrackWindow"] : []),
};

const CACHE: Shape = {
  names: {
    node_type: "CacheNodeType",
    number_cache_clusters: "NumCacheClusters",
    replication_group_description: "ReplicationGroupDescription",
    security_group_ids: "SecurityGroupIds",
  },
  // A group without cluster mode is counted by its clusters, and both counts are computed.
  finish: (properties) => withoutNothing(properties, ["NumCacheClusters"]),
};

const TABLE: Shape = {
  single: ["point_in_time_recovery", "server_side_encryption", "ttl"],
  finish: (properties, attributes) => {
    const throughput = throughputOf(attributes);
    const recovery = within(properties["PointInTimeRecovery"], "Enabled");
    const encryption = within(properties["ServerSideEncryption"], "Enabled");
    const indexes = blocks(attributes["global_secondary_index"]).map((index) =>
      present({ IndexName: index["name"], ProvisionedThroughput: throughputOf(index) }),
    );
    return {
      ...without(properties, ["StreamEnabled", "GlobalSecondaryIndex", "Replica"]),
      ...present({
        ProvisionedThroughput: attributes["billing_mode"] === "PAY_PER_REQUEST" ? undefined : throughput,
        PointInTimeRecoverySpecification:
          recovery === undefined ? undefined : { PointInTimeRecoveryEnabled: recovery },
        SSESpecification: encryption === undefined ? undefined : { SSEEnabled: encryption },
        StreamSpecification:
          attributes["stream_enabled"] === true ? { StreamViewType: "NEW_IMAGE" } : undefined,
        GlobalSecondaryIndexes: indexes.length > 0 ? indexes : undefined,
        ReplicaRegions: blocks(attributes["replica"]).length > 0 ? attributes["replica"] : undefined,
      }),
    };
  },
};

function throughputOf(attributes: JsonObject): Json {
  return present({
    ReadCapacityUnits: attributes["read_capacity"],
    WriteCapacityUnits: attributes["write_capacity"],
  });
}

const BUCKET: Shape = {
  names: {
    acl: "AccessControl",
    server_side_encryption_configuration: "BucketEncryption",
    logging: "LoggingConfiguration",
    versioning: "VersioningConfiguration",
    lifecycle_rule: "LifecycleRules",
  },
  single: ["server_side_encryption_configuration", "logging", "versioning", "website"],
  finish: (properties) => withoutEmpty(properties),
};

const STREAM: Shape = {
  names: { retention_period: "RetentionPeriodHours" },
  single: ["stream_mode_details"],
  finish: (properties, attributes) => ({
    ...properties,
    ...(attributes["encryption_type"] === "KMS" ? { StreamEncryption: { EncryptionType: "KMS" } } : {}),
  }),
};

const QUEUE: Shape = {
  names: {
    message_retention_seconds: "MessageRetentionPeriod",
    policy: "PolicyDocument",
    sqs_managed_sse_enabled: "SqsManagedSseEnabled",
  },
};

const POLICY: Shape = { names: { policy: "PolicyDocument" } };

const SEARCH: Shape = {
  names: {
    encrypt_at_rest: "EncryptionAtRestOptions",
    node_to_node_encryption: "NodeToNodeEncryptionOptions",
    access_policies: "AccessPolicies",
    enforce_https: "EnforceHTTPS",
  },
  single: ["encrypt_at_rest", "node_to_node_encryption", "vpc_options", "domain_endpoint_options"],
};

/** Databases, buckets, queues, keys and what is kept in them. */
export const dataShapes: Readonly<Record<string, Shape>> = {
  aws_db_instance: DATABASE,
  aws_rds_cluster_instance: DATABASE,
  aws_docdb_cluster_instance: DATABASE,
  aws_neptune_cluster_instance: DATABASE,
  aws_rds_cluster: CLUSTER,
  aws_docdb_cluster: CLUSTER,
  aws_neptune_cluster: CLUSTER,
  aws_redshift_cluster: { names: { master_password: "MasterUserPassword", logging: "LoggingProperties" } },
  aws_elasticache_cluster: CACHE,
  aws_elasticache_replication_group: CACHE,
  aws_dynamodb_table: TABLE,
  aws_s3_bucket: BUCKET,
  aws_s3_bucket_acl: { names: { acl: "AccessControl" } },
  aws_s3_bucket_versioning: { single: ["versioning_configuration"] },
  aws_s3_bucket_policy: POLICY,
  aws_kinesis_stream: STREAM,
  aws_sqs_queue: QUEUE,
  aws_sqs_queue_policy: POLICY,
  aws_sns_topic: POLICY,
  aws_sns_topic_policy: POLICY,
  aws_ecr_repository_policy: { names: { policy: "RepositoryPolicyText" } },
  aws_secretsmanager_secret: {
    names: { policy: "PolicyDocument", replica: "ReplicaRegions" },
    finish: (properties) => withoutEmpty(properties),
  },
  aws_secretsmanager_secret_policy: { names: { policy: "ResourcePolicy" } },
  aws_kms_key: {
    names: {
      customer_master_key_spec: "KeySpec",
      policy: "KeyPolicy",
      deletion_window_in_days: "PendingWindowInDays",
      is_enabled: "Enabled",
    },
  },
  aws_kms_key_policy: { names: { policy: "KeyPolicy" } },
  aws_kms_replica_key: { names: { policy: "KeyPolicy", deletion_window_in_days: "PendingWindowInDays" } },
  aws_efs_file_system_policy: { names: { policy: "FileSystemPolicy" } },
  aws_backup_vault_policy: { names: { policy: "AccessPolicy" } },
  aws_opensearch_domain: SEARCH,
  aws_elasticsearch_domain: SEARCH,
  aws_backup_plan: { single: ["lifecycle"] },
  aws_ebs_volume: { names: { type: "VolumeType" } },
  aws_cloudtrail: {
    names: {
      enable_logging: "IsLogging",
      kms_key_id: "KMSKeyId",
      event_selector: "EventSelectors",
      insight_selector: "InsightSelectors",
      data_resource: "DataResources",
      advanced_event_selector: "AdvancedEventSelectors",
    },
    finish: (properties) => withoutEmpty(properties),
  },
  aws_athena_workgroup: {
    names: { configuration: "WorkGroupConfiguration" },
    single: ["configuration", "engine_version", "result_configuration", "encryption_configuration"],
  },
  aws_cognito_user_pool: {
    names: { user_pool_add_ons: "UserPoolAddOns" },
    single: ["user_pool_add_ons", "password_policy"],
  },
  aws_cognito_user_pool_client: { names: { allowed_oauth_flows: "AllowedOAuthFlows" } },
};

export function without(properties: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** Without members that Terraform computes as zero where nothing was said. */
function withoutNothing(properties: JsonObject, names: readonly string[]): JsonObject {
  return without(
    properties,
    names.filter((name) => properties[name] === 0),
  );
}

/** Without empty lists: Terraform writes them where a block is left out. */
export function withoutEmpty(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}
