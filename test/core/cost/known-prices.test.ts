import { expect, test } from "vitest";
import { type CostedResource, estimate } from "../../../core/cost/estimate.ts";
import type { Usage } from "../../../core/cost/usage.ts";

/** One resource priced alone; `others` are the resources it points at. */
function monthly(
  type: string,
  properties: object,
  region: string,
  given: Record<string, number> = {},
  others: CostedResource[] = [],
): number {
  const usage: Usage = { profile: "idle", resources: { it: given } };
  const resource = { address: "it", type, properties: properties as Record<string, unknown> };
  const cost = estimate([resource, ...others], { region, usage });
  expect(cost.unpriced.filter(({ address }) => address === "it")).toEqual([]);
  return cost.resources.find(({ address }) => address === "it")?.monthly ?? Number.NaN;
}

/**
 * Worked out by hand from the figures AWS publishes, not from the sheet: [what, expected, actual]. The comment gives
 * the sum. Where the list-price file names the item, its name stands in the sheet under the same key as `source`.
 */
const CHECKED: [string, number, () => number][] = [
  // 730 h × 0.021 + 20 GB × 0.151
  ["db.t4g.micro postgres, 20 GB gp3, one zone, Cape Town", 18.35, () => db({}, "af-south-1")],
  // 730 h × 0.041 + 20 GB × 0.302
  ["the same with a standby, Cape Town", 35.97, () => db({ MultiAZ: true }, "af-south-1")],
  // 730 h × 0.016 + 20 GB × 0.115
  ["db.t4g.micro postgres, 20 GB gp3, one zone, N. Virginia", 13.98, () => db({}, "us-east-1")],
  // 730 h × 0.032 + 20 GB × 0.23
  ["the same with a standby, N. Virginia", 27.96, () => db({ MultiAZ: true }, "us-east-1")],
  // and 0.40 for the secret that RDS keeps
  ["the same with a managed password", 14.38, () => db({ ManageMasterUserPassword: true }, "us-east-1")],
  // 500 GB × 0.115 + (15,000 − 12,000 IOPS) × 0.02 + (600 − 500 MB/s) × 0.08 + 730 h × 0.016
  [
    "gp3 beyond what 400 GB and more include",
    57.5 + 60 + 8 + 11.68,
    () => db({ AllocatedStorage: "500", Iops: 15_000, StorageThroughput: 600 }, "us-east-1"),
  ],
  // 100 GB × 0.125 + 1,000 IOPS × 0.10 + 730 h × 0.016
  [
    "provisioned IOPS storage",
    12.5 + 100 + 11.68,
    () => db({ AllocatedStorage: 100, StorageType: "io1", Iops: 1000 }, "us-east-1"),
  ],
  // 2 vCPU × (1.50 + 11 × 0.0631): the price of a year of Performance Insights, beside the 13.98
  [
    "twelve months of Performance Insights",
    13.98 + 2 * (1.5 + 11 * 0.0631),
    () => db({ EnablePerformanceInsights: true, PerformanceInsightsRetentionPeriod: 372 }, "us-east-1"),
  ],
  // 1,000,000 calls × 0.000005; and of 4,628,000 calls 2,628,000 (one a second) and 5 % of 2,000,000
  ["the traces of a million calls", 5, () => traces(1e6)],
  ["the traces of more calls than seconds", 2_728_000 * 0.000_005, () => traces(4_628_000)],
  // 730 h × 0.057; and 0.057 a GB
  ["NAT gateway in Cape Town", 41.61, () => monthly("AWS::EC2::NatGateway", {}, "af-south-1")],
  ["NAT gateway in N. Virginia", 32.85, () => monthly("AWS::EC2::NatGateway", {}, "us-east-1")],
  [
    "100 GB through it",
    37.35,
    () => monthly("AWS::EC2::NatGateway", {}, "us-east-1", { processedGbPerMonth: 100 }),
  ],
  // 730 h × 0.01309
  ["interface endpoint in one zone of Cape Town", 9.5557, () => endpoint(["a"], "af-south-1")],
  // 730 h × 0.01 × 3
  ["interface endpoint in three zones of N. Virginia", 21.9, () => endpoint(["a", "b", "c"], "us-east-1")],
  // 730 h × 0.005
  ["public IPv4 address", 3.65, () => monthly("AWS::EC2::EIP", {}, "eu-west-1")],
  // $0.625 a million writes and $0.125 a million reads
  [
    "a million writes and a million reads of DynamoDB, on demand",
    0.75,
    () => table({ writesPerMonth: 1e6, readsPerMonth: 1e6 }, "us-east-1"),
  ],
  // 10 GB × 0.25
  ["10 GB in DynamoDB", 2.5, () => table({ storedGb: 10 }, "us-east-1")],
  // (25 × 0.00013 + 25 × 0.00065) × 730
  [
    "25 read and 25 write units, provisioned",
    14.235,
    () =>
      monthly(
        "AWS::DynamoDB::Table",
        { ProvisionedThroughput: { ReadCapacityUnits: 25, WriteCapacityUnits: 25 } },
        "us-east-1",
      ),
  ],
  // 1,000 GB × 0.023; 10,000 PUT × 0.005/1,000; 10,000 GET × 0.0004/1,000
  ["1,000 GB in S3", 23, () => monthly("AWS::S3::Bucket", {}, "us-east-1", { storedGb: 1000 })],
  ["10,000 PUTs", 0.05, () => monthly("AWS::S3::Bucket", {}, "us-east-1", { putsPerMonth: 10_000 })],
  ["10,000 GETs", 0.004, () => monthly("AWS::S3::Bucket", {}, "us-east-1", { getsPerMonth: 10_000 })],
  // 51,200 GB × 0.023 + 8,800 GB × 0.022
  [
    "60,000 GB in S3, over two tiers",
    1177.6 + 193.6,
    () => monthly("AWS::S3::Bucket", {}, "us-east-1", { storedGb: 60_000 }),
  ],
  // A million calls at 0.20, and 100,000 GB-s × 0.0000133334
  ["a million calls of 100 ms at 1,024 MB on arm64", 0.2 + 1.33334, () => lambda(["arm64"], "us-east-1")],
  // and × 0.0000166667 on x86
  ["the same on x86", 0.2 + 1.66667, () => lambda(["x86_64"], "us-east-1")],
  // Cape Town: 0.27 and × 0.00001768
  ["the same on arm64 in Cape Town", 0.27 + 1.768, () => lambda(["arm64"], "af-south-1")],
  // 730 h × 0.0225, inside the VPC so without public addresses
  ["application load balancer in N. Virginia", 16.425, () => balancer({ Scheme: "internal" }, "us-east-1")],
  // 730 h × 0.03 + two addresses at 3.65
  ["the same in Cape Town, on the internet in two zones", 21.9 + 7.3, () => balancer({}, "af-south-1")],
  // (0.25 vCPU × 0.03238 + 0.5 GB × 0.00356) × 730
  ["Fargate task of 256/512 on arm64", 7.20875, () => fargate("ARM64", {}, "us-east-1")],
  // (0.25 × 0.04048 + 0.5 × 0.004445) × 730
  ["Fargate task of 256/512 on x86", 9.010025, () => fargate("X86_64", {}, "us-east-1")],
  // (0.25 × 0.04372 + 0.5 × 0.0048) × 730 × 3
  ["three on arm64 in Cape Town", 29.1927, () => fargate("ARM64", { DesiredCount: 3 }, "af-south-1")],
  // 730 h × 0.0104 + 20 GB × 0.08
  [
    "t3.micro with 20 GB gp3",
    7.592 + 1.6,
    () =>
      monthly(
        "AWS::EC2::Instance",
        {
          InstanceType: "t3.micro",
          NetworkInterfaces: [{ DeviceIndex: "0", AssociatePublicIpAddress: false }],
          BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 20, VolumeType: "gp3" } }],
        },
        "us-east-1",
      ),
  ],
  // 100 GB × 0.08 + 1,000 IOPS × 0.005 + 125 MiB/s × 0.04
  [
    "100 GB gp3 with 4,000 IOPS and 250 MiB/s",
    8 + 5 + 5,
    () => volume({ Size: 100, VolumeType: "gp3", Iops: 4000, Throughput: 250 }, "us-east-1"),
  ],
  ["100 GB gp3 in Cape Town", 10.47, () => volume({ Size: 100, VolumeType: "gp3" }, "af-south-1")],
  // 40,000 IOPS of io2: 32,000 × 0.065 + 8,000 × 0.0455; 100 GB × 0.125
  [
    "io2 over two IOPS tiers",
    12.5 + 2080 + 364,
    () => volume({ Size: 100, VolumeType: "io2", Iops: 40_000 }, "us-east-1"),
  ],
  ["secret", 0.4, () => monthly("AWS::SecretsManager::Secret", {}, "af-south-1")],
  [
    "10,000 calls for secrets",
    0.45,
    () => monthly("AWS::SecretsManager::Secret", {}, "us-east-1", { requestsPerMonth: 10_000 }),
  ],
  ["KMS key", 1, () => monthly("AWS::KMS::Key", {}, "af-south-1")],
  ["10,000 KMS calls", 1.03, () => monthly("AWS::KMS::Key", {}, "us-east-1", { requestsPerMonth: 10_000 })],
  [
    "a million HTTP API requests",
    1,
    () => monthly("AWS::ApiGatewayV2::Api", {}, "us-east-1", { requestsPerMonth: 1e6 }),
  ],
  [
    "a million REST API requests",
    3.5,
    () => monthly("AWS::ApiGateway::RestApi", {}, "us-east-1", { requestsPerMonth: 1e6 }),
  ],
  [
    "a million SQS requests",
    0.4,
    () => monthly("AWS::SQS::Queue", {}, "us-east-1", { requestsPerMonth: 1e6 }),
  ],
  [
    "a million SNS messages",
    0.5,
    () => monthly("AWS::SNS::Topic", {}, "us-east-1", { messagesPerMonth: 1e6 }),
  ],
  [
    "a million custom events",
    1,
    () => monthly("AWS::Events::EventBus", {}, "us-east-1", { eventsPerMonth: 1e6 }),
  ],
  // 40,000 transitions × $0.025/1,000
  [
    "2,000 executions of 20 transitions",
    1,
    () => monthly("AWS::StepFunctions::StateMachine", {}, "us-east-1", { executionsPerMonth: 2000 }),
  ],
  ["10 GB of logs", 5, () => monthly("AWS::Logs::LogGroup", {}, "us-east-1", { ingestedGbPerMonth: 10 })],
  [
    "10 GB of logs in Cape Town",
    6.78,
    () => monthly("AWS::Logs::LogGroup", {}, "af-south-1", { ingestedGbPerMonth: 10 }),
  ],
  ["alarm", 0.1, () => monthly("AWS::CloudWatch::Alarm", { Period: 300 }, "us-east-1")],
  ["alarm every ten seconds", 0.3, () => monthly("AWS::CloudWatch::Alarm", { Period: 10 }, "us-east-1")],
  ["dashboard", 3, () => monthly("AWS::CloudWatch::Dashboard", {}, "us-east-1")],
  ["hosted zone", 0.5, () => monthly("AWS::Route53::HostedZone", {}, "us-east-1")],
  [
    "a million DNS queries",
    0.9,
    () => monthly("AWS::Route53::HostedZone", {}, "us-east-1", { queriesPerMonth: 1e6 }),
  ],
  // 730 h × 0.017
  ["cache.t3.micro of Redis", 12.41, () => cache("redis", "us-east-1")],
  // and 20 % less for Valkey: 730 h × 0.0136
  ["cache.t3.micro of Valkey", 9.928, () => cache("valkey", "us-east-1")],
  ["100 GB in EFS", 30, () => monthly("AWS::EFS::FileSystem", {}, "us-east-1", { storedGb: 100 })],
  ["10 GB of images", 1, () => monthly("AWS::ECR::Repository", {}, "us-east-1", { storedGb: 10 })],
  [
    "1 TB scanned by Athena",
    5,
    () => monthly("AWS::Athena::WorkGroup", {}, "us-east-1", { scannedTbPerMonth: 1 }),
  ],
  ["EKS cluster", 73, () => monthly("AWS::EKS::Cluster", {}, "us-east-1")],
  // 730 h × 0.015 × 2 shards + a million payload units × 0.014 a million
  [
    "Kinesis stream of two shards",
    21.9 + 0.014,
    () => monthly("AWS::Kinesis::Stream", { ShardCount: 2 }, "us-east-1", { payloadUnitsPerMonth: 1e6 }),
  ],
  // 5 + 3 rules + a million requests × 0.60
  [
    "web ACL of three rules",
    8.6,
    () => monthly("AWS::WAFv2::WebACL", { Rules: [{}, {}, {}] }, "us-east-1", { requestsPerMonth: 1e6 }),
  ],
  // Half a unit all month: 0.5 × 0.12 × 730
  ["Aurora Serverless v2 at its least", 43.8, () => aurora(0.5, {}, "us-east-1")],
  ["Aurora Serverless v2 paused", 0, () => aurora(0, {}, "af-south-1")],
  // Two units on average: 2 × 0.16 × 730
  ["Aurora Serverless v2 under load in Cape Town", 233.6, () => aurora(0, { averageAcu: 2 }, "af-south-1")],
  // 1,000 mails at 0.16
  ["1,000 mails", 0.16, () => monthly("AWS::SES::EmailIdentity", {}, "us-east-1", { emailsPerMonth: 1000 })],
  // every 5 minutes: 8,760 × 0.000001
  [
    "a schedule every five minutes",
    0.00876,
    () => monthly("AWS::Scheduler::Schedule", { ScheduleExpression: "rate(5 minutes)" }, "us-east-1"),
  ],
  ["1,000 Cognito users, Lite", 5.5, () => users("LITE", 1000)],
];

test.each(CHECKED)("%s costs $%d a month", (_what, expected, actual) => {
  expect(actual()).toBeCloseTo(expected, 6);
});

function db(properties: object, region: string): number {
  const defaults = {
    Engine: "postgres",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: "20",
    StorageType: "gp3",
  };
  return monthly("AWS::RDS::DBInstance", { ...defaults, ...properties }, region);
}

function endpoint(SubnetIds: string[], region: string): number {
  return monthly("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Interface", SubnetIds }, region);
}

function table(given: Record<string, number>, region: string): number {
  return monthly("AWS::DynamoDB::Table", { BillingMode: "PAY_PER_REQUEST" }, region, given);
}

function lambda(Architectures: string[], region: string): number {
  const given = { requestsPerMonth: 1e6, averageMs: 100 };
  return monthly("AWS::Lambda::Function", { MemorySize: 1024, Architectures }, region, given);
}

/** What tracing adds to a function's price. */
function traces(requestsPerMonth: number): number {
  const priced = (Mode: string) =>
    monthly("AWS::Lambda::Function", { TracingConfig: { Mode } }, "af-south-1", { requestsPerMonth });
  return priced("Active") - priced("PassThrough");
}

function balancer(properties: object, region: string): number {
  return monthly("AWS::ElasticLoadBalancingV2::LoadBalancer", { Subnets: ["a", "b"], ...properties }, region);
}

function fargate(CpuArchitecture: string, properties: object, region: string): number {
  const task = {
    address: "task",
    type: "AWS::ECS::TaskDefinition",
    properties: { Cpu: "256", Memory: "512", RuntimePlatform: { CpuArchitecture } },
  };
  const service = { LaunchType: "FARGATE", TaskDefinition: { Ref: "task" }, ...properties };
  return monthly("AWS::ECS::Service", service, region, {}, [task]);
}

function volume(properties: object, region: string): number {
  return monthly("AWS::EC2::Volume", properties, region);
}

function cache(Engine: string, region: string): number {
  const properties = { Engine, CacheNodeType: "cache.t3.micro", NumCacheNodes: 1 };
  return monthly("AWS::ElastiCache::CacheCluster", properties, region);
}

function aurora(MinCapacity: number, given: Record<string, number>, region: string): number {
  const cluster = {
    address: "cluster",
    type: "AWS::RDS::DBCluster",
    properties: {
      Engine: "aurora-postgresql",
      ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity: 4 },
    },
  };
  const properties = {
    Engine: "aurora-postgresql",
    DBInstanceClass: "db.serverless",
    DBClusterIdentifier: { Ref: "cluster" },
  };
  return monthly("AWS::RDS::DBInstance", properties, region, given, [cluster]);
}

function users(UserPoolTier: string, activeUsersPerMonth: number): number {
  return monthly("AWS::Cognito::UserPool", { UserPoolTier }, "us-east-1", { activeUsersPerMonth });
}
