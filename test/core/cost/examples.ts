import type { CostedResource } from "../../../core/cost/estimate.ts";

/** Resources at fixed addresses, for the examples that point at one. */
export const COMPANIONS: readonly CostedResource[] = [
  {
    address: "task",
    type: "AWS::ECS::TaskDefinition",
    properties: { Cpu: "0.25 vCPU", Memory: "1 GB", EphemeralStorage: { SizeInGiB: 30 } },
  },
  {
    address: "arm-task",
    type: "AWS::ECS::TaskDefinition",
    properties: { Cpu: 512, Memory: 1024, RuntimePlatform: { CpuArchitecture: "ARM64" } },
  },
  {
    address: "windows-task",
    type: "AWS::ECS::TaskDefinition",
    properties: {
      Cpu: "1024",
      Memory: "2048",
      RuntimePlatform: { OperatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
    },
  },
  {
    address: "optimized-cluster",
    type: "AWS::RDS::DBCluster",
    properties: {
      Engine: "aurora-postgresql",
      StorageType: "aurora-iopt1",
      ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 2 },
    },
  },
  {
    address: "cluster",
    type: "AWS::RDS::DBCluster",
    properties: {
      Engine: "aurora-mysql",
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
    },
  },
  {
    address: "template",
    type: "AWS::EC2::LaunchTemplate",
    properties: {
      LaunchTemplateData: {
        InstanceType: "t4g.small",
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 8, VolumeType: "gp3" } }],
        Monitoring: { Enabled: true },
      },
    },
  },
  {
    address: "configuration",
    type: "AWS::AutoScaling::LaunchConfiguration",
    properties: { InstanceType: "t3.small", AssociatePublicIpAddress: true },
  },
  { address: "subnet", type: "AWS::EC2::Subnet", properties: { MapPublicIpOnLaunch: true } },
  { address: "function", type: "AWS::Lambda::Function", properties: { MemorySize: 512 } },
  { address: "arm-function", type: "AWS::Lambda::Function", properties: { Architectures: ["arm64"] } },
  { address: "stream", type: "AWS::Kinesis::Stream", properties: { ShardCount: 3 } },
  {
    address: "on-demand-stream",
    type: "AWS::Kinesis::Stream",
    properties: { StreamModeDetails: { StreamMode: "ON_DEMAND" } },
  },
];

export interface Example {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const ref = (address: string) => ({ Ref: address });

const ON_DEMAND = { BillingMode: "PAY_PER_REQUEST" };
const PROVISIONED = {
  WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: { MinCapacity: 5 } },
};

/** Replicas in two regions, of one table class. */
function replicas(TableClass: string) {
  const ReadProvisionedThroughputSettings = { ReadCapacityUnits: 5 };
  return ["us-east-1", "eu-west-1"].map((Region) => ({
    Region,
    TableClass,
    ReadProvisionedThroughputSettings,
  }));
}

/** A database for each kind of storage, in one zone and in two, with all that the kind can be asked for. */
const DATABASES = ["gp2", "gp3", "io1", "io2", "standard"].flatMap((StorageType) =>
  [false, true].map((MultiAZ) => ({
    Engine: "mariadb",
    DBInstanceClass: "db.m5.large",
    AllocatedStorage: 500,
    StorageType,
    MultiAZ,
    Iops: 20_000,
    StorageThroughput: 700,
    EnablePerformanceInsights: MultiAZ,
    PerformanceInsightsRetentionPeriod: 93,
  })),
);

const BY_TYPE: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  "AWS::ACMPCA::CertificateAuthority": [{}, { UsageMode: "SHORT_LIVED_CERTIFICATE" }],
  "AWS::ApiGateway::RestApi": [{}],
  "AWS::ApiGateway::Stage": [{}, { CacheClusterEnabled: true, CacheClusterSize: "1.6" }],
  "AWS::ApiGatewayV2::Api": [{}, { ProtocolType: "WEBSOCKET" }],
  "AWS::ApplicationAutoScaling::ScalingPolicy": [{}, { PolicyType: "TargetTrackingScaling" }],
  "AWS::Athena::WorkGroup": [{}],
  "AWS::AutoScaling::AutoScalingGroup": [
    {
      DesiredCapacity: "2",
      LaunchTemplate: { LaunchTemplateId: ref("template") },
      VPCZoneIdentifier: [ref("subnet")],
    },
    { MinSize: 1, LaunchConfigurationName: ref("configuration") },
  ],
  "AWS::AutoScaling::ScalingPolicy": [{ PolicyType: "StepScaling" }, { PolicyType: "PredictiveScaling" }],
  "AWS::Backup::BackupVault": [{}],
  "AWS::CertificateManager::Certificate": [{ DomainName: "example.org" }, { CertificateExport: "ENABLED" }],
  "AWS::CloudFront::Distribution": [
    {},
    {
      DistributionConfig: {
        ViewerCertificate: { SslSupportMethod: "vip" },
        DefaultCacheBehavior: { FunctionAssociations: [{}] },
      },
    },
  ],
  "AWS::CloudTrail::EventDataStore": [{}, { BillingMode: "FIXED_RETENTION_PRICING" }],
  "AWS::CloudTrail::Trail": [
    {},
    { EventSelectors: [{ DataResources: [{}] }], InsightSelectors: [{ InsightType: "ApiCallRateInsight" }] },
  ],
  "AWS::CloudWatch::Alarm": [
    {},
    { Metrics: [{ MetricStat: {} }, { MetricStat: {} }] },
    { ThresholdMetricId: "band" },
    { Period: 10 },
  ],
  "AWS::CloudWatch::CompositeAlarm": [{}],
  "AWS::CloudWatch::Dashboard": [{}],
  "AWS::CloudWatch::MetricStream": [{}],
  "AWS::CodePipeline::Pipeline": [{}, { PipelineType: "V2" }],
  "AWS::Cognito::UserPool": [
    {},
    { UserPoolTier: "LITE", UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
    { UserPoolTier: "PLUS" },
  ],
  "AWS::Cognito::UserPoolClient": [{}, { AllowedOAuthFlows: ["client_credentials"] }],
  "AWS::Config::ConfigRule": [{}],
  "AWS::Config::ConfigurationRecorder": [{}],
  "AWS::DynamoDB::GlobalTable": [
    { ...ON_DEMAND, Replicas: [{ Region: ref("AWS::Region") }] },
    {
      ...PROVISIONED,
      Replicas: [
        {
          ...replicas("STANDARD")[0],
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    },
    ...[ON_DEMAND, PROVISIONED].flatMap((throughput) =>
      ["STANDARD", "STANDARD_INFREQUENT_ACCESS"].map((name) => ({ ...throughput, Replicas: replicas(name) })),
    ),
  ],
  "AWS::DynamoDB::Table": [
    { ...ON_DEMAND, StreamSpecification: { StreamViewType: "NEW_IMAGE" } },
    { ...ON_DEMAND, TableClass: "STANDARD_INFREQUENT_ACCESS" },
    {
      TableClass: "STANDARD_INFREQUENT_ACCESS",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      KinesisStreamSpecification: {},
    },
  ],
  "AWS::EC2::ClientVpnEndpoint": [{}],
  "AWS::EC2::ClientVpnTargetNetworkAssociation": [{}],
  "AWS::EC2::EIP": [{ Domain: "vpc" }],
  "AWS::EC2::FlowLog": [{}, { LogDestinationType: "s3" }],
  "AWS::EC2::Instance": [
    { InstanceType: "t3.micro", SubnetId: ref("subnet") },
    {
      InstanceType: "m6i.large",
      NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: "100", VolumeType: "io1", Iops: 500 } },
        { DeviceName: "/dev/sdb", VirtualName: "ephemeral0" },
      ],
    },
  ],
  "AWS::EC2::NatGateway": [{}],
  "AWS::EC2::TransitGatewayAttachment": [{}],
  "AWS::EC2::TransitGatewayVpcAttachment": [{}],
  "AWS::EC2::VPCEndpoint": [
    {},
    { VpcEndpointType: "Interface", SubnetIds: [ref("a"), ref("b")] },
    { VpcEndpointType: "GatewayLoadBalancer", SubnetIds: ["subnet-1"] },
  ],
  "AWS::EC2::VPNConnection": [{}],
  "AWS::EC2::Volume": [
    { Size: 10 },
    { Size: 10, VolumeType: "gp3", Iops: 4000, Throughput: 200 },
    { Size: "500", VolumeType: "standard" },
    { Size: 500, VolumeType: "st1" },
    { Size: 500, VolumeType: "sc1" },
    { Size: 500, VolumeType: "io2", Iops: 70_000 },
  ],
  "AWS::ECR::Repository": [{}],
  "AWS::ECS::Cluster": [{}, { ClusterSettings: [{ Name: "containerInsights", Value: "enabled" }] }],
  "AWS::ECS::Service": [
    {
      LaunchType: "FARGATE",
      DesiredCount: 2,
      TaskDefinition: ref("task"),
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "ENABLED" } },
    },
    { LaunchType: "EC2", TaskDefinition: ref("task") },
    { LaunchType: "FARGATE", TaskDefinition: ref("arm-task") },
    { LaunchType: "FARGATE", TaskDefinition: ref("windows-task") },
    { CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT" }], TaskDefinition: ref("task") },
  ],
  "AWS::EFS::FileSystem": [
    { BackupPolicy: { Status: "ENABLED" } },
    { ThroughputMode: "elastic" },
    { ThroughputMode: "provisioned", ProvisionedThroughputInMibps: 10, AvailabilityZoneName: "a" },
  ],
  "AWS::EKS::Cluster": [{}],
  "AWS::EKS::Nodegroup": [
    { InstanceTypes: ["m5.large"], ScalingConfig: { DesiredSize: 3 }, Subnets: [ref("subnet")] },
    { CapacityType: "SPOT" },
  ],
  "AWS::ElastiCache::CacheCluster": [
    { Engine: "memcached", CacheNodeType: "cache.t3.micro", NumCacheNodes: 2 },
  ],
  "AWS::ElastiCache::ReplicationGroup": [
    { Engine: "valkey", CacheNodeType: "cache.r5.large", NumNodeGroups: 2, ReplicasPerNodeGroup: 1 },
    { CacheNodeType: "cache.t3.small", NodeGroupConfiguration: [{ ReplicaCount: 1 }, { ReplicaCount: 2 }] },
    { CacheNodeType: "cache.t3.small", NumCacheClusters: 2, SnapshotRetentionLimit: 7 },
  ],
  "AWS::ElastiCache::ServerlessCache": [{ Engine: "valkey" }, { Engine: "redis" }, { Engine: "memcached" }],
  "AWS::ElasticLoadBalancing::LoadBalancer": [{}],
  "AWS::ElasticLoadBalancingV2::LoadBalancer": [
    { Subnets: ["a", "b", "c"] },
    { Type: "network", SubnetMappings: [{ SubnetId: "a", AllocationId: ref("ip") }, { SubnetId: "b" }] },
    { Type: "gateway" },
  ],
  "AWS::Events::ApiDestination": [{}],
  "AWS::Events::Archive": [{}, { RetentionDays: 7 }],
  "AWS::Events::EventBus": [{}],
  "AWS::Events::Rule": [{ ScheduleExpression: "rate(1 day)" }, { Targets: [{ EcsParameters: {} }] }],
  "AWS::KMS::Key": [{}, { KeySpec: "ECC_NIST_P256" }, { KeySpec: "HMAC_256" }],
  "AWS::KMS::ReplicaKey": [{}],
  "AWS::Kinesis::Stream": [
    { ShardCount: 1, RetentionPeriodHours: 720 },
    { StreamModeDetails: { StreamMode: "ON_DEMAND" }, RetentionPeriodHours: 48 },
  ],
  "AWS::Kinesis::StreamConsumer": [{ StreamARN: ref("stream") }, { StreamARN: ref("on-demand-stream") }],
  "AWS::KinesisFirehose::DeliveryStream": [
    {},
    { ExtendedS3DestinationConfiguration: { DataFormatConversionConfiguration: { Enabled: true } } },
    { DeliveryStreamType: "MSKAsSource" },
  ],
  "AWS::Lambda::Alias": [
    {},
    ...["function", "arm-function"].map((address) => ({
      FunctionName: ref(address),
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    })),
  ],
  "AWS::Lambda::EventSourceMapping": [{}, { ProvisionedPollerConfig: { MinimumPollers: 1 } }],
  "AWS::Lambda::Function": [
    {},
    { MemorySize: 1024, Architectures: ["arm64"], EphemeralStorage: { Size: 2048 } },
    { TracingConfig: { Mode: "Active" } },
  ],
  "AWS::Lambda::Version": [{}],
  "AWS::Logs::LogGroup": [{}, { LogGroupClass: "INFREQUENT_ACCESS" }],
  "AWS::Logs::MetricFilter": [{ MetricTransformations: [{}] }],
  "AWS::Pipes::Pipe": [{}, { DesiredState: "STOPPED" }],
  "AWS::RDS::DBCluster": [
    { Engine: "aurora-postgresql", ManageMasterUserPassword: true },
    { Engine: "aurora-mysql", StorageType: "aurora-iopt1" },
    { Engine: "postgres", DBClusterInstanceClass: "db.m6gd.large" },
  ],
  "AWS::RDS::DBInstance": [
    { Engine: "postgres", DBInstanceClass: "db.t4g.micro", AllocatedStorage: "20", MonitoringInterval: 60 },
    {
      Engine: "mysql",
      DBInstanceClass: "db.m5.large",
      AllocatedStorage: 100,
      StorageType: "standard",
      MultiAZ: "true",
    },
    { Engine: "aurora-mysql", DBInstanceClass: "db.serverless", DBClusterIdentifier: ref("cluster") },
    {
      Engine: "aurora-postgresql",
      DBInstanceClass: "db.serverless",
      DBClusterIdentifier: ref("optimized-cluster"),
    },
    {
      Engine: "aurora-mysql",
      DBInstanceClass: "db.r6g.large",
      DBClusterIdentifier: ref("cluster"),
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: 93,
    },
    ...DATABASES,
    { Engine: "oracle-ee", DBInstanceClass: "db.m5.large", AllocatedStorage: 100 },
  ],
  "AWS::RDS::DBProxy": [{}],
  "AWS::Route53::HealthCheck": [
    { HealthCheckConfig: { Type: "HTTPS_STR_MATCH", RequestInterval: 10, MeasureLatency: true } },
  ],
  "AWS::Route53::HostedZone": [{ Name: "example.org" }, { VPCs: [{}] }],
  "AWS::Route53Resolver::ResolverEndpoint": [{ IpAddresses: [{}, {}] }],
  "AWS::S3::Bucket": [{}, { ReplicationConfiguration: {} }],
  "AWS::SES::EmailIdentity": [{}],
  "AWS::SNS::Subscription": [
    { Protocol: "https" },
    { Protocol: "email" },
    { Protocol: "sqs" },
    { Protocol: "sms" },
    { Protocol: "application" },
    { Protocol: "firehose" },
  ],
  "AWS::SNS::Topic": [{ Subscription: [{ Protocol: "email" }] }, { FifoTopic: true }],
  "AWS::SQS::Queue": [{}, { FifoQueue: true }],
  "AWS::SSM::Parameter": [{}, { Tier: "Advanced" }],
  "AWS::Scheduler::Schedule": [
    { ScheduleExpression: "cron(0 3 * * ? *)" },
    { ScheduleExpression: "rate(1 hour)", Target: { EcsParameters: {} } },
  ],
  "AWS::SecretsManager::Secret": [{}, { ReplicaRegions: [{ Region: "eu-west-1" }] }],
  "AWS::ServiceDiscovery::PrivateDnsNamespace": [{}],
  "AWS::StepFunctions::StateMachine": [{}, { StateMachineType: "EXPRESS" }],
  "AWS::Synthetics::Canary": [
    { Schedule: { Expression: "rate(5 minutes)" } },
    { Schedule: { Expression: "cron(0 * * * ? *)" } },
  ],
  "AWS::WAFv2::WebACL": [
    {
      Rules: [
        {
          Statement: {
            ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet" },
          },
        },
      ],
    },
    {
      Rules: [
        {
          Statement: {
            ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesBotControlRuleSet" },
          },
        },
      ],
    },
  ],
};

/** Ordinary properties of every type that has a price, in the variants that are priced differently. */
export const EXAMPLES: readonly Example[] = Object.entries(BY_TYPE).flatMap(([type, variants]) =>
  variants.map((properties) => ({ type, properties })),
);
