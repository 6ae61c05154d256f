import { expect, test } from "vitest";
import { type CostedResource, estimate } from "../../../core/cost/estimate.ts";
import { timesPerMonth } from "../../../core/cost/schedule.ts";
import { vcpusOf } from "../../../core/cost/services/rds-insights.ts";

const region = "us-east-1";
type Properties = Record<string, unknown>;

/** The lines of the resource at "it" as `item: quantity`, with the reasons after them. */
function told(
  type: string,
  properties: Properties,
  others: CostedResource[] = [],
  profile: "typical" | "idle" = "idle",
) {
  const cost = estimate([{ address: "it", type, properties }, ...others], { region, usage: { profile } });
  const lines = cost.resources.filter(({ address }) => address === "it").flatMap((priced) => priced.lines);
  const reasons = cost.unpriced.filter(({ address }) => address === "it").map(({ why }) => why);
  return [...lines.map(({ item, quantity }) => `${item}: ${quantity}`), ...reasons];
}

const fargateTask = (properties: Properties): CostedResource => ({
  address: "task",
  type: "AWS::ECS::TaskDefinition",
  properties,
});

const service = (properties: Properties) => ({ TaskDefinition: { Ref: "task" }, ...properties });

test.each([
  ["parts", { Cpu: "512", Memory: "1024" }, 0.5, 1],
  ["words", { Cpu: "0.5 vCPU", Memory: "1 GB" }, 0.5, 1],
  ["words without a leading zero", { Cpu: ".25 vcpu", Memory: "0.5GB" }, 0.25, 0.5],
  ["numbers", { Cpu: 1024, Memory: 2048 }, 1, 2],
])("a task sized in %s is understood", (_how, size, vcpus, gb) => {
  const lines = told("AWS::ECS::Service", service({ LaunchType: "FARGATE" }), [fargateTask(size)]);
  expect(lines).toEqual([`vCPUs, x86: ${vcpus * 730}`, `memory, x86: ${gb * 730}`]);
});

test("disk beyond 20 GB, a public address and Windows add to a task", () => {
  const task = fargateTask({
    Cpu: "1024",
    Memory: "2048",
    EphemeralStorage: { SizeInGiB: 50 },
    RuntimePlatform: { OperatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
  });
  const network = { AwsvpcConfiguration: { AssignPublicIp: "ENABLED" } };
  expect(
    told("AWS::ECS::Service", service({ LaunchType: "FARGATE", NetworkConfiguration: network }), [task]),
  ).toEqual([
    "vCPUs, Windows: 730",
    "memory, Windows: 1460",
    "Windows licence: 730",
    "storage beyond 20 GB: 21900",
    "public IPv4 addresses: 730",
  ]);
});

test.each([
  [
    "on Fargate Spot",
    { CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT" }] },
    /Fargate Spot has no list price/,
  ],
  [
    "partly on Fargate Spot",
    { CapacityProviderStrategy: [{ CapacityProvider: "FARGATE" }, { CapacityProvider: "FARGATE_SPOT" }] },
    /Spot/,
  ],
  [
    "on a provider to come",
    { CapacityProviderStrategy: [{ CapacityProvider: { Ref: "P" } }] },
    /capacity provider is not known/,
  ],
  ["wherever the cluster says", {}, /whether the cluster runs them on Fargate/],
  [
    "of an unknown definition",
    { LaunchType: "FARGATE", TaskDefinition: "arn:aws:ecs" },
    /TaskDefinition does not point/,
  ],
])("tasks %s are unpriced", (_where, properties, why) => {
  const lines = told("AWS::ECS::Service", service(properties), [fargateTask({ Cpu: "256", Memory: "512" })]);
  expect(lines.join()).toMatch(why);
});

test("a task made for Fargate alone runs on it where nothing is said, and tasks on machines are free", () => {
  const task = fargateTask({ Cpu: "256", Memory: "512", RequiresCompatibilities: ["FARGATE"] });
  expect(told("AWS::ECS::Service", service({}), [task])).toEqual(["vCPUs, x86: 182.5", "memory, x86: 365"]);
  expect(told("AWS::ECS::Service", service({ LaunchType: "EC2" }), [task])[0]).toMatch(/^no charge/);
});

const template: CostedResource = {
  address: "template",
  type: "AWS::EC2::LaunchTemplate",
  properties: {
    LaunchTemplateData: {
      InstanceType: "t4g.small",
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 30, VolumeType: "gp3" } }, { Ebs: { VolumeSize: 100 } }],
      NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
      Monitoring: { Enabled: true },
    },
  },
};
const launch = { LaunchTemplateId: { Ref: "template" }, Version: "1" };

test("a group is priced by its launch template, as many as it is set to", () => {
  expect(
    told(
      "AWS::AutoScaling::AutoScalingGroup",
      { MinSize: "1", DesiredCapacity: "3", LaunchTemplate: launch },
      [template],
    ),
  ).toEqual([
    "t4g.small, Linux: 2190",
    "root volume, gp3: 90",
    "volume 2, gp2: 300",
    "public IPv4 address: 2190",
    "detailed monitoring: 21",
  ]);
});

test("a group with a mixed policy is priced only when it names one type, all on demand", () => {
  const group = (policy: Properties) => ({ MinSize: 1, MixedInstancesPolicy: policy });
  const plain = { LaunchTemplate: { LaunchTemplateSpecification: launch } };
  expect(told("AWS::AutoScaling::AutoScalingGroup", group(plain), [template])[0]).toBe(
    "t4g.small, Linux: 730",
  );
  for (const mixed of [
    { LaunchTemplate: { ...plain.LaunchTemplate, Overrides: [{ InstanceType: "m5.large" }] } },
    { ...plain, InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 50 } },
  ]) {
    expect(told("AWS::AutoScaling::AutoScalingGroup", group(mixed), [template]).join()).toMatch(/mix/);
  }
});

test("a machine that describes only further volumes still has a root", () => {
  const more = {
    InstanceType: "t3.micro",
    BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 50 } }],
  };
  expect(told("AWS::EC2::Instance", more).slice(1, 3)).toEqual(["root volume, gp3: 8", "volume 2, gp2: 50"]);
});

test("an instance overrides its launch template", () => {
  const lines = told("AWS::EC2::Instance", { InstanceType: "t3.micro", LaunchTemplate: launch }, [template]);
  expect(lines.slice(0, 2)).toEqual(["t3.micro, Linux: 730", "root volume, gp3: 30"]);
});

test.each([
  [
    "Windows",
    { ImageId: "{{resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022}}" },
    /Linux without a licence/,
  ],
  ["a dedicated host", { Tenancy: "dedicated" }, /shared tenancy/],
])("an instance on %s is unpriced", (_what, properties, why) => {
  expect(told("AWS::EC2::Instance", { InstanceType: "t3.micro", ...properties }).join()).toMatch(why);
});

test("a spot instance is unpriced, in a template or by itself", () => {
  const spot = { InstanceType: "t3.micro", InstanceMarketOptions: { MarketType: "spot" } };
  const spotTemplate = { ...template, properties: { LaunchTemplateData: spot } };
  expect(told("AWS::EC2::Instance", { LaunchTemplate: launch }, [spotTemplate]).join()).toMatch(
    /spot prices/,
  );
});

test("a subnet of the template decides whether an instance has a public address", () => {
  const subnet = (open: unknown): CostedResource => ({
    address: "subnet",
    type: "AWS::EC2::Subnet",
    properties: { MapPublicIpOnLaunch: open },
  });
  const machine = { InstanceType: "t3.micro", SubnetId: { Ref: "subnet" } };
  expect(told("AWS::EC2::Instance", machine, [subnet(true)])).toContain("public IPv4 address: 730");
  expect(told("AWS::EC2::Instance", machine, [subnet(false)]).join()).not.toMatch(/public/);
  expect(told("AWS::EC2::Instance", machine).join()).toMatch(/public address: its subnet is not known/);
});

const cluster = (properties: Properties): CostedResource => ({
  address: "cluster",
  type: "AWS::RDS::DBCluster",
  properties: { Engine: "aurora-postgresql", ...properties },
});
const serverless = {
  Engine: "aurora-postgresql",
  DBInstanceClass: "db.serverless",
  DBClusterIdentifier: { Ref: "cluster" },
};

test("a serverless instance uses what the load asks, between its cluster's limits", () => {
  const between = (MinCapacity: number, MaxCapacity: number, averageAcu: number) => {
    const scaling = { ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity } };
    const usage = { resources: { it: { averageAcu } } };
    const all = [{ address: "it", type: "AWS::RDS::DBInstance", properties: serverless }, cluster(scaling)];
    return estimate(all, { region, usage }).resources.find(({ address }) => address === "it")?.lines[0]
      ?.quantity;
  };
  expect(between(0.5, 4, 0)).toBe(0.5 * 730);
  expect(between(0.5, 4, 2)).toBe(2 * 730);
  expect(between(0.5, 4, 9)).toBe(4 * 730);
  expect(between(0, 4, 0)).toBe(0);
});

test("a serverless instance without its cluster is unpriced", () => {
  expect(told("AWS::RDS::DBInstance", serverless).join()).toMatch(/DBClusterIdentifier does not point/);
});

test("I/O-Optimized pays more for hours and GB and nothing for requests", () => {
  const optimized = { Engine: "aurora-postgresql", StorageType: "aurora-iopt1" };
  expect(told("AWS::RDS::DBCluster", optimized, [], "typical")[0]).toBe("storage, I/O-Optimized: 10");
  const instance = { ...serverless, DBInstanceClass: "db.r6g.large" };
  const [plain, dear] = [{}, { StorageType: "aurora-iopt1" }].map(
    (properties) =>
      estimate([{ address: "it", type: "AWS::RDS::DBInstance", properties: instance }, cluster(properties)], {
        region,
      }).resources[0]?.lines[0]?.unitPrice,
  );
  expect([plain, dear]).toEqual([0.26, 0.338]);
});

test("a read replica takes engine and size from its source", () => {
  const source = {
    address: "source",
    type: "AWS::RDS::DBInstance",
    properties: {
      Engine: "mysql",
      DBInstanceClass: "db.m5.large",
      AllocatedStorage: "100",
      StorageType: "gp2",
    },
  };
  const replica = { DBInstanceClass: "db.t4g.small", SourceDBInstanceIdentifier: { Ref: "source" } };
  expect(told("AWS::RDS::DBInstance", replica, [source]).slice(0, 2)).toEqual([
    "db.t4g.small, Single-AZ: 730",
    "storage, gp2: 100",
  ]);
});

test("a standby's vCPUs count for Performance Insights too, and a week of it is included", () => {
  const database = {
    Engine: "postgres",
    DBInstanceClass: "db.m5.xlarge",
    AllocatedStorage: 20,
    MultiAZ: true,
    EnablePerformanceInsights: true,
  };
  expect(told("AWS::RDS::DBInstance", database).join()).not.toMatch(/Performance/);
  const kept = told("AWS::RDS::DBInstance", { ...database, PerformanceInsightsRetentionPeriod: 62 });
  expect(kept).toContain("Performance Insights, first month kept: 8");
  expect(kept).toContain("Performance Insights, further months kept: 8");
  expect(told("AWS::RDS::DBInstance", { ...database, DatabaseInsightsMode: "advanced" }).join()).toMatch(
    /advanced mode/,
  );
});

test("a version past its standard support is told to cost more, unless that support is refused", () => {
  const old = {
    Engine: "mysql",
    EngineVersion: "5.7.44",
    DBInstanceClass: "db.t3.small",
    AllocatedStorage: 20,
  };
  expect(told("AWS::RDS::DBInstance", old).at(-1)).toMatch(/^extended support: mysql 5.7.44/);
  const refused = { ...old, EngineLifecycleSupport: "open-source-rds-extended-support-disabled" };
  for (const current of [
    refused,
    { ...old, EngineVersion: "8.0.40" },
    { ...old, EngineVersion: undefined, Engine: "mariadb" },
  ]) {
    expect(told("AWS::RDS::DBInstance", current).join()).not.toMatch(/extended support/);
  }
});

test("vCPUs follow from a class's size", () => {
  expect(
    ["db.t4g.micro", "db.t3.medium", "db.m5.large", "db.r6g.xlarge", "db.m7g.16xlarge"].map(vcpusOf),
  ).toEqual([2, 2, 2, 4, 64]);
  expect(vcpusOf("db.m1.medium")).toHaveProperty("why");
  expect(vcpusOf("db.r5.large.tpc1.mem2x")).toHaveProperty("why");
});

test("an endpoint whose zones are unknown is priced for one, with a word that it may be more", () => {
  const lines = told("AWS::EC2::VPCEndpoint", {
    VpcEndpointType: "Interface",
    SubnetIds: { Ref: "Subnets" },
  });
  expect(lines[0]).toBe("endpoint in one zone: 730");
  expect(lines.at(-1)).toBe("zones: SubnetIds is known only after deployment (Ref); 1 counted");
});

test("a load balancer's own addresses are charged to the addresses", () => {
  const mappings = [
    { SubnetId: "a", AllocationId: { Ref: "ip" } },
    { SubnetId: "b", AllocationId: { Ref: "ip2" } },
  ];
  const lines = told("AWS::ElasticLoadBalancingV2::LoadBalancer", {
    Type: "network",
    SubnetMappings: mappings,
  });
  expect(lines.find((line) => line.startsWith("public"))).toBe("public IPv4 addresses: 0");
});

test("a global table's writes cost the replicated price in each of its regions", () => {
  const replicas = {
    BillingMode: "PAY_PER_REQUEST",
    Replicas: [{ Region: "us-east-1" }, { Region: "af-south-1" }],
  };
  const cost = estimate([{ address: "it", type: "AWS::DynamoDB::GlobalTable", properties: replicas }], {
    region,
  });
  const lines = Object.fromEntries(
    cost.resources[0]?.lines.map(({ item, unitPrice }) => [item, unitPrice]) ?? [],
  );
  expect(lines).toMatchObject({ "writes in us-east-1": 6.25e-7, "writes in af-south-1": 8.4e-7 });
});

test("a secret's replica is paid for in its own region, and one elsewhere has no price", () => {
  expect(told("AWS::SecretsManager::Secret", { ReplicaRegions: [{ Region: "eu-west-1" }] })).toContain(
    "replica: 1",
  );
  expect(told("AWS::SecretsManager::Secret", { ReplicaRegions: [{ Region: "ap-east-1" }] }).join()).toMatch(
    /ap-east-1/,
  );
});

test("a cache is as many nodes as its shards and their replicas", () => {
  const group = (properties: Properties) =>
    told("AWS::ElastiCache::ReplicationGroup", { CacheNodeType: "cache.t3.micro", ...properties })[0];
  expect(group({ NumNodeGroups: 3, ReplicasPerNodeGroup: 1 })).toBe(`cache.t3.micro, redis: ${6 * 730}`);
  expect(group({ NumCacheClusters: 2 })).toBe(`cache.t3.micro, redis: ${2 * 730}`);
  expect(group({ NodeGroupConfiguration: [{ ReplicaCount: 1 }, { ReplicaCount: 2 }] })).toBe(
    `cache.t3.micro, redis: ${5 * 730}`,
  );
  expect(group({})).toBe("cache.t3.micro, redis: 730");
});

test("target tracking makes two alarms of its own", () => {
  const policy = { PolicyType: "TargetTrackingScaling" };
  expect(told("AWS::ApplicationAutoScaling::ScalingPolicy", policy)).toEqual([
    "alarms that follow the target: 2",
  ]);
});

test("warm instances of a function are paid for all month at its size", () => {
  const fn = {
    address: "fn",
    type: "AWS::Lambda::Function",
    properties: { MemorySize: 2048, Architectures: ["arm64"] },
  };
  const alias = {
    FunctionName: { "Fn::GetAtt": ["fn", "Arn"] },
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
  };
  expect(told("AWS::Lambda::Alias", alias, [fn])).toEqual([`provisioned concurrency: ${2 * 730 * 3600}`]);
});

test("rates become a number of times a month, other expressions do not", () => {
  expect(timesPerMonth("rate(5 minutes)")).toBeCloseTo(8760, 9);
  expect(timesPerMonth("rate(1 hour)")).toBe(730);
  expect(timesPerMonth("rate(1 day)")).toBeCloseTo(30.4167, 3);
  expect([timesPerMonth("cron(0 3 * * ? *)"), timesPerMonth("rate(0 minutes)"), timesPerMonth("")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("whoever begins traces pays for them, and nobody else", () => {
  const item = (type: string, properties: Parameters<typeof told>[1]) =>
    told(type, properties, [], "typical").find((one) => one.includes("traces"));
  const mode = (Mode: unknown) => item("AWS::Lambda::Function", { TracingConfig: { Mode } });
  expect(mode("Active")).toBe("traces: 1000000");
  expect(mode("PassThrough")).toBeUndefined();
  expect(mode({ Ref: "Mode" })).toMatch(/traces: TracingConfig.Mode is known only after deployment/);
  expect(item("AWS::StepFunctions::StateMachine", { TracingConfiguration: { Enabled: true } })).toBe(
    "traces: 1000",
  );
  expect(item("AWS::ApiGateway::Stage", { TracingEnabled: true })).toMatch(/traces: how many requests/);
});

test("an API and its function answer the same number of requests", () => {
  expect(told("AWS::ApiGatewayV2::Api", {}, [], "typical")[0]).toBe("requests: 1000000");
  expect(told("AWS::Lambda::Function", {}, [], "typical")[0]).toBe("requests: 1000000");
});

test("what a flow log writes to a log group is not counted twice", () => {
  const flowLog = (properties: object) => [
    { address: "flows", type: "AWS::EC2::FlowLog", properties: { ...properties } },
  ];
  const paidWithIt = expect.stringContaining("paid for with the flow log");
  const group = (properties: object) => told("AWS::Logs::LogGroup", {}, flowLog(properties), "typical")[0];
  expect(group({ LogGroupName: { Ref: "it" } })).toEqual(paidWithIt);
  expect(group({ LogDestination: { "Fn::GetAtt": ["it", "Arn"] } })).toEqual(paidWithIt);
  expect(group({ LogGroupName: { Ref: "another" } })).toBe("ingestion: 0.5");
  expect(group({})).toBe("ingestion: 0.5");
});
