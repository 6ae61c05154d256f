import { describe, expect, test } from "vitest";
import { readChange } from "../../../core/change/read-change.ts";
import { MAPPED_TYPES } from "../../../core/change/terraform/types.ts";
import { type CheckReport, check } from "../../../core/check/check.ts";
import {
  created,
  deleted,
  type PlannedResource,
  planOf,
  replaced,
  stays,
  updated,
} from "../../corpus/plan.ts";
import { DATABASE, TASK } from "../../corpus/resources.ts";

const read = (text: string) =>
  readChange({ name: "plan.json", text }, { recreation: () => Promise.reject(new Error("not asked for")) });
const readPlan = (...resources: readonly PlannedResource[]) => read(planOf(...resources));
const judge = async (text: string): Promise<CheckReport> =>
  check(await read(text), { region: "us-east-1", now: new Date(0) });
const more = (text: string, additions: object) => JSON.stringify({ ...JSON.parse(text), ...additions });

describe("a Terraform plan", () => {
  test("tells each action as what it is", async () => {
    const { changes, after, before } = await readPlan(
      created("aws_sns_topic.a", { name: "a" }),
      updated("aws_sns_topic.b", { name: "b", tags: {} }, { tags: { x: "y" } }),
      replaced("aws_sns_topic.c", { name: "c" }, { name: "d" }, "name"),
      { ...replaced("aws_sns_topic.d", { name: "c" }, { name: "d" }, "name"), actions: ["create", "delete"] },
      deleted("aws_sns_topic.e", { name: "e" }),
      { address: "aws_sns_topic.f", actions: ["forget"], before: { name: "f" } },
      {
        address: "aws_sns_topic.g",
        previousAddress: "aws_sns_topic.old",
        actions: ["no-op"],
        before: {},
        after: {},
      },
      { address: "data.aws_ami.h", mode: "data", actions: ["read"], after: {} },
      stays("aws_sns_topic.i", { name: "i" }),
    );
    expect(changes.map(({ address, action }) => `${address.split(".").at(-1)} ${action}`).sort()).toEqual([
      "a add",
      "b modify",
      "c replace",
      "d replace",
      "e remove",
      "f remove",
      "g move",
      "h read",
    ]);
    expect(changes.find(({ address }) => address.endsWith("g"))?.movedFrom).toBe("aws_sns_topic.old");
    expect(changes.find(({ address }) => address.endsWith("f"))?.fate).toBe("retain");
    expect(changes.find(({ address }) => address.endsWith(".c"))?.changed).toContainEqual({
      path: "name",
      requiresRecreation: "always",
    });
    expect(Object.keys(after.Resources)).toContain("aws_sns_topic.i");
    expect(Object.keys(before!.Resources)).toContain("aws_sns_topic.e");
  });

  test("never shows a value that it marks as sensitive, in no format and no form", async () => {
    const secret = "hunter2-Horse-Staple-99";
    const text = planOf(
      {
        address: "aws_db_instance.orders",
        actions: ["update"],
        before: { ...DATABASE, password: secret },
        after: { ...DATABASE, password: `${secret}b` },
        sensitive: { password: true },
      },
      {
        address: "aws_instance.web",
        actions: ["create"],
        after: { user_data: secret, tags: { a: secret, b: "shown" }, list: [secret, { deep: secret }] },
        sensitive: { user_data: true, tags: { a: true }, list: [true, { deep: true }] },
      },
    );
    const report = await judge(more(text, { variables: { password: { value: secret } } }));
    expect(JSON.stringify(report)).not.toContain("hunter2");
    expect(JSON.stringify(report)).toContain("shown");
    expect(report.changes[0]?.changed).toEqual(["password"]);
  });

  test("does not show passwords of plans that mark nothing", async () => {
    const report = await judge(
      planOf(created("aws_db_instance.x", { ...DATABASE, password: "Sommer-2024" })),
    );
    expect(JSON.stringify(report)).not.toContain("Sommer-2024");
    expect(report.risk.level).toBe("high");
  });

  test("finds secrets that the configuration holds as constants, without showing them", async () => {
    const text = planOf({
      address: "aws_db_instance.orders",
      actions: ["create"],
      after: { ...DATABASE, password: "Sommer-2024" },
      sensitive: { password: true },
    });
    const report = await judge(
      more(text, {
        configuration: {
          root_module: {
            resources: [
              {
                address: "aws_db_instance.orders",
                expressions: { password: { constant_value: "Sommer-2024" } },
              },
            ],
          },
        },
      }),
    );
    expect(report.risk.reasons[0]?.rule).toBe("secret");
    expect(JSON.stringify(report)).not.toContain("Sommer-2024");
  });

  test("prices through references that are known only later, in modules and instances too", async () => {
    const text = planOf(
      created('module.app.aws_ecs_task_definition.app["a"]', TASK),
      created(
        'module.app.aws_ecs_service.app["a"]',
        { launch_type: "FARGATE", desired_count: 2 },
        { task_definition: true },
      ),
    );
    const configuration = {
      root_module: {
        module_calls: {
          app: {
            module: {
              resources: [
                { address: "aws_ecs_task_definition.app", expressions: {} },
                {
                  address: "aws_ecs_service.app",
                  expressions: { task_definition: { references: ["aws_ecs_task_definition.app.arn"] } },
                },
              ],
            },
          },
        },
      },
    };
    const report = await judge(more(text, { configuration }));
    const service = report.cost.resources.find(({ address }) => address.includes("service"));
    expect(service?.lines.map(({ item }) => item)).toEqual(["vCPUs, x86", "memory, x86"]);
    expect(service?.type).toBe("aws_ecs_service");
  });

  test("follows variables of modules and their outputs", async () => {
    const text = planOf(
      created("module.tasks.aws_ecs_task_definition.app", TASK),
      created(
        "module.app.aws_ecs_service.app",
        { launch_type: "FARGATE", desired_count: 1 },
        { task_definition: true },
      ),
    );
    const configuration = {
      root_module: {
        module_calls: {
          tasks: {
            module: {
              outputs: { arn: { expression: { references: ["aws_ecs_task_definition.app.arn"] } } },
              resources: [{ address: "aws_ecs_task_definition.app", expressions: {} }],
            },
          },
          app: {
            expressions: { task: { references: ["module.tasks.arn", "module.tasks"] } },
            module: {
              resources: [
                {
                  address: "aws_ecs_service.app",
                  expressions: { task_definition: { references: ["var.task"] } },
                },
              ],
            },
          },
        },
      },
    };
    const report = await judge(more(text, { configuration }));
    expect(report.cost.resources.find(({ address }) => address.includes("service"))?.lines.length).toBe(2);
  });

  test("takes for a default what nobody wrote, and for unknown what somebody did", async () => {
    const text = planOf(
      created("aws_instance.web", { instance_type: "t3.micro" }, { tenancy: true, ami: true }),
    );
    const written = (expressions: object) =>
      more(text, {
        configuration: { root_module: { resources: [{ address: "aws_instance.web", expressions }] } },
      });
    const { cost } = await judge(written({ instance_type: { constant_value: "t3.micro" } }));
    expect(cost.unpriced).toEqual([]);
    const told = await judge(written({ tenancy: { references: ["var.tenancy"] } }));
    expect(told.cost.unpriced.map(({ why }) => why).join()).toContain("Tenancy");
  });

  test("says when it is not complete, is put off, or was changed by others", async () => {
    const text = more(planOf(created("aws_sns_topic.a", {})), {
      complete: false,
      errored: true,
      resource_drift: [{ address: "aws_sns_topic.b" }],
      deferred_changes: [
        {
          reason: "provider_config_unknown",
          resource_change: {
            address: "aws_sqs_queue.later",
            type: "aws_sqs_queue",
            mode: "managed",
            change: { actions: ["create"], after: {} },
          },
        },
      ],
    });
    const change = await read(text);
    expect(change.notes.length).toBe(4);
    expect(change.changes.map(({ address }) => address)).toContain("aws_sqs_queue.later");
  });

  test("without a list of changes counts as all added", async () => {
    const change = await read(
      JSON.stringify({
        format_version: "1.0",
        planned_values: {
          root_module: {
            resources: [
              {
                address: "aws_sqs_queue.a",
                type: "aws_sqs_queue",
                mode: "managed",
                values: { fifo_queue: true },
              },
            ],
            child_modules: [
              {
                resources: [
                  { address: "module.m.aws_sqs_queue.b", type: "aws_sqs_queue", mode: "managed", values: {} },
                ],
              },
            ],
          },
        },
      }),
    );
    expect(change.changes.map(({ action, type }) => `${action} ${type}`)).toEqual([
      "add AWS::SQS::Queue",
      "add AWS::SQS::Queue",
    ]);
  });

  test("names the region of its provider, written or given as a variable", async () => {
    const plan = planOf(created("aws_sqs_queue.a", {}));
    const region = (expression: object) => ({
      provider_config: { aws: { expressions: { region: expression } } },
    });
    expect((await read(more(plan, { configuration: region({ constant_value: "us-west-2" }) }))).region).toBe(
      "us-west-2",
    );
    const variables = { place: { value: "eu-west-1" } };
    expect(
      (await read(more(plan, { variables, configuration: region({ references: ["var.place"] }) }))).region,
    ).toBe("eu-west-1");
  });
});

test("every AWS type of Terraform that is read has a name of CloudFormation's form", () => {
  expect(MAPPED_TYPES.length).toBeGreaterThan(300);
  for (const type of MAPPED_TYPES) expect(type).toMatch(/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/);
});

test("what only Terraform's state holds costs nothing and harms nobody", async () => {
  const report = await judge(
    planOf(
      created("random_password.x", { length: 20 }),
      deleted("null_resource.y", {}),
      created("aws_sqs_queue.q", {}),
    ),
  );
  expect(report.cost).toMatchObject({ atLeast: false, unpriced: [] });
  expect(report.risk.score).toBe(0);
});

describe("cost in Terraform's terms is that in CloudFormation's", () => {
  test.each<[string, object, string, object]>([
    [
      "aws_db_instance",
      {
        instance_class: "db.t4g.medium",
        engine: "postgres",
        engine_version: "16.3",
        allocated_storage: 50,
        storage_type: "gp3",
        multi_az: true,
      },
      "AWS::RDS::DBInstance",
      {
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        EngineVersion: "16.3",
        AllocatedStorage: "50",
        StorageType: "gp3",
        MultiAZ: true,
      },
    ],
    [
      "aws_lambda_function",
      { memory_size: 512, architectures: ["arm64"], ephemeral_storage: [{ size: 1024 }] },
      "AWS::Lambda::Function",
      { MemorySize: 512, Architectures: ["arm64"], EphemeralStorage: { Size: 1024 } },
    ],
    [
      "aws_dynamodb_table",
      {
        billing_mode: "PROVISIONED",
        read_capacity: 10,
        write_capacity: 5,
        hash_key: "id",
        point_in_time_recovery: [{ enabled: true }],
      },
      "AWS::DynamoDB::Table",
      {
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 5 },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ],
    [
      "aws_instance",
      {
        instance_type: "t3.medium",
        root_block_device: [{ volume_size: 30, volume_type: "gp3" }],
        subnet_id: null,
        monitoring: true,
      },
      "AWS::EC2::Instance",
      {
        InstanceType: "t3.medium",
        Monitoring: true,
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 30, VolumeType: "gp3" } }],
      },
    ],
    [
      "aws_ebs_volume",
      { size: 100, type: "io1", iops: 500 },
      "AWS::EC2::Volume",
      { Size: 100, VolumeType: "io1", Iops: 500 },
    ],
    ["aws_nat_gateway", {}, "AWS::EC2::NatGateway", {}],
    ["aws_eip", { domain: "vpc" }, "AWS::EC2::EIP", {}],
    [
      "aws_lb",
      { load_balancer_type: "network", internal: false, subnets: ["a", "b"] },
      "AWS::ElasticLoadBalancingV2::LoadBalancer",
      { Type: "network", Scheme: "internet-facing", Subnets: ["a", "b"] },
    ],
    [
      "aws_elasticache_replication_group",
      { node_type: "cache.t4g.small", engine: "redis", num_cache_clusters: 2 },
      "AWS::ElastiCache::ReplicationGroup",
      { CacheNodeType: "cache.t4g.small", Engine: "redis", NumCacheClusters: 2 },
    ],
    ["aws_sqs_queue", { fifo_queue: true }, "AWS::SQS::Queue", { FifoQueue: true }],
    ["aws_kms_key", { customer_master_key_spec: "RSA_2048" }, "AWS::KMS::Key", { KeySpec: "RSA_2048" }],
    [
      "aws_vpc_endpoint",
      { vpc_endpoint_type: "Interface", subnet_ids: ["a", "b"] },
      "AWS::EC2::VPCEndpoint",
      { VpcEndpointType: "Interface", SubnetIds: ["a", "b"] },
    ],
    [
      "aws_sfn_state_machine",
      { type: "EXPRESS" },
      "AWS::StepFunctions::StateMachine",
      { StateMachineType: "EXPRESS" },
    ],
    ["aws_cloudwatch_metric_alarm", { period: 10 }, "AWS::CloudWatch::Alarm", { Period: 10 }],
    [
      "aws_efs_file_system",
      { throughput_mode: "provisioned", provisioned_throughput_in_mibps: 10 },
      "AWS::EFS::FileSystem",
      { ThroughputMode: "provisioned", ProvisionedThroughputInMibps: 10 },
    ],
    ["aws_cognito_user_pool", { user_pool_tier: "LITE" }, "AWS::Cognito::UserPool", { UserPoolTier: "LITE" }],
    [
      "aws_route53_health_check",
      { type: "HTTPS", request_interval: 10, measure_latency: true },
      "AWS::Route53::HealthCheck",
      { HealthCheckConfig: { Type: "HTTPS", RequestInterval: 10, MeasureLatency: true } },
    ],
    [
      "aws_kinesis_stream",
      { shard_count: 2, retention_period: 48, stream_mode_details: [{ stream_mode: "PROVISIONED" }] },
      "AWS::Kinesis::Stream",
      { ShardCount: 2, RetentionPeriodHours: 48 },
    ],
    [
      "aws_secretsmanager_secret",
      { replica: [{ region: "us-west-2" }] },
      "AWS::SecretsManager::Secret",
      { ReplicaRegions: [{ Region: "us-west-2" }] },
    ],
    [
      "aws_cloudtrail",
      {
        enable_logging: true,
        event_selector: [{ data_resource: [{ type: "AWS::S3::Object" }] }],
        insight_selector: [],
      },
      "AWS::CloudTrail::Trail",
      { EventSelectors: [{ DataResources: [{}] }] },
    ],
    [
      "aws_eks_node_group",
      {
        instance_types: ["t3.large"],
        scaling_config: [{ desired_size: 3, min_size: 1, max_size: 5 }],
        disk_size: 40,
      },
      "AWS::EKS::Nodegroup",
      { InstanceTypes: ["t3.large"], ScalingConfig: { DesiredSize: 3, MinSize: 1 }, DiskSize: 40 },
    ],
    [
      "aws_rds_cluster",
      { engine: "aurora-postgresql", storage_type: "aurora-iopt1" },
      "AWS::RDS::DBCluster",
      { Engine: "aurora-postgresql", StorageType: "aurora-iopt1" },
    ],
    [
      "aws_api_gateway_stage",
      { cache_cluster_enabled: true, cache_cluster_size: "1.6" },
      "AWS::ApiGateway::Stage",
      { CacheClusterEnabled: true, CacheClusterSize: "1.6" },
    ],
    [
      "aws_wafv2_web_acl",
      { rule: [{ name: "a" }, { name: "b" }] },
      "AWS::WAFv2::WebACL",
      { Rules: [{ Name: "a" }, { Name: "b" }] },
    ],
  ])("%s", async (terraform, attributes, type, properties) => {
    const one = await judge(planOf(created(`${terraform}.x`, attributes, {})));
    const other = await judge(JSON.stringify({ Resources: { X: { Type: type, Properties: properties } } }));
    expect(one.cost.monthlyAfter).toBeCloseTo(other.cost.monthlyAfter, 6);
    expect(one.cost.unpriced.map(({ why }) => why)).toEqual(other.cost.unpriced.map(({ why }) => why));
    expect(one.cost.resources[0]?.lines).toEqual(other.cost.resources[0]?.lines);
  });

  test("a cluster's serverless instance takes its capacity over", async () => {
    const cluster = {
      id: "c",
      cluster_identifier: "c",
      engine: "aurora-postgresql",
      serverlessv2_scaling_configuration: [{ min_capacity: 0.5, max_capacity: 4 }],
    };
    const { cost } = await judge(
      planOf(
        created("aws_rds_cluster.c", cluster, {}),
        created("aws_rds_cluster_instance.i", {
          cluster_identifier: "c",
          instance_class: "db.serverless",
          engine: "aurora-postgresql",
        }),
      ),
    );
    expect(cost.resources.flatMap(({ lines }) => lines.map(({ item }) => item))).toContain(
      "serverless capacity",
    );
  });

  test("machines of a group are those of its launch template", async () => {
    const text = planOf(
      created("aws_launch_template.web", { name: "web", image_id: "ami-1", instance_type: "t3.small" }),
      created(
        "aws_autoscaling_group.web",
        {
          desired_capacity: 3,
          min_size: 1,
          max_size: 5,
          launch_template: [{ version: "1" }],
          vpc_zone_identifier: ["s"],
        },
        { launch_template: [{ id: true }] },
      ),
    );
    const configuration = {
      root_module: {
        resources: [
          { address: "aws_launch_template.web", expressions: { instance_type: {} } },
          {
            address: "aws_autoscaling_group.web",
            expressions: {
              desired_capacity: {},
              launch_template: [
                { id: { references: ["aws_launch_template.web.id", "aws_launch_template.web"] } },
              ],
            },
          },
        ],
      },
    };
    const { cost } = await judge(more(text, { configuration }));
    expect(cost.resources.find(({ address }) => address.includes("group"))?.lines[0]).toMatchObject({
      item: "t3.small, Linux",
      quantity: 3 * 730,
    });
  });
});
