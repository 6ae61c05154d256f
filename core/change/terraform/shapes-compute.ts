import type { Json, JsonObject } from "../../template/template.ts";
import { block, blocks, documentIn, pascalDeep, pascalProperties, present, type Shape } from "./shape.ts";
import { withoutEmpty } from "./shapes-data.ts";

const MACHINE_NAMES = {
  ami: "ImageId",
  image_id: "ImageId",
  vpc_security_group_ids: "SecurityGroupIds",
  iam_instance_profile: "IamInstanceProfile",
};

/** The disks of a machine as CloudFormation lists them: the root first. */
function disksOf(attributes: JsonObject): Json | undefined {
  const root = block(attributes["root_block_device"]);
  const devices = [
    ...(root ? [diskOf(root, "/dev/xvda")] : []),
    ...blocks(attributes["ebs_block_device"]).map((device) => diskOf(device, device["device_name"])),
    ...blocks(attributes["block_device_mappings"]).map((device) =>
      diskOf(block(device["ebs"]) ?? {}, device["device_name"]),
    ),
  ];
  return devices.length > 0 ? devices : undefined;
}

function diskOf(disk: JsonObject, name: Json | undefined): Json {
  const { volume_size, volume_type, iops, throughput, encrypted } = disk;
  return present({
    DeviceName: name,
    Ebs: present({
      VolumeSize: volume_size,
      VolumeType: volume_type,
      Iops: iops === 0 ? undefined : iops,
      Throughput: throughput === 0 ? undefined : throughput,
      Encrypted: encrypted,
    }),
  });
}

const MACHINE: Shape = {
  names: MACHINE_NAMES,
  single: [
    "launch_template",
    "metadata_options",
    "credit_specification",
    "enclave_options",
    "root_block_device",
  ],
  finish: (properties, attributes) => ({
    ...withoutEmpty(properties),
    ...present({
      BlockDeviceMappings: disksOf(attributes),
      LaunchTemplate: launchTemplateIn(attributes["launch_template"]),
    }),
  }),
};

function launchTemplateIn(value: Json | undefined): Json | undefined {
  const found = block(value);
  if (!found) return undefined;
  return present({
    LaunchTemplateId: found["id"] ?? found["launch_template_id"],
    LaunchTemplateName: found["name"] ?? found["launch_template_name"],
    Version: found["version"],
  });
}

const LAUNCH_TEMPLATE: Shape = {
  finish: (_properties, attributes) => ({
    LaunchTemplateName: attributes["name"] ?? null,
    LaunchTemplateData: {
      ...withoutEmpty(
        pascalProperties(attributes, {
          names: MACHINE_NAMES,
          single: [
            "monitoring",
            "metadata_options",
            "instance_market_options",
            "placement",
            "iam_instance_profile",
          ],
        }),
      ),
      ...present({ BlockDeviceMappings: disksOf(attributes) }),
    },
  }),
};

const GROUP: Shape = {
  names: { launch_configuration: "LaunchConfigurationName", vpc_zone_identifier: "VPCZoneIdentifier" },
  finish: (properties, attributes) => {
    const mixed = block(attributes["mixed_instances_policy"]);
    const specification = block(mixed?.["launch_template"]);
    return {
      ...withoutEmpty(properties),
      ...present({
        LaunchConfigurationName: attributes["launch_configuration"] ?? undefined,
        LaunchTemplate: launchTemplateIn(attributes["launch_template"]),
        MixedInstancesPolicy: mixed
          ? {
              LaunchTemplate: present({
                LaunchTemplateSpecification: launchTemplateIn(
                  specification?.["launch_template_specification"],
                ),
                Overrides: blocks(specification?.["override"]).map((one) => pascalProperties(one, {})),
              }),
              InstancesDistribution: pascalProperties(block(mixed["instances_distribution"]) ?? {}, {}),
            }
          : undefined,
      }),
    };
  },
};

const FUNCTION: Shape = {
  single: [
    "environment",
    "tracing_config",
    "ephemeral_storage",
    "vpc_config",
    "dead_letter_config",
    "snap_start",
  ],
};

const PROVISIONED: Shape = {
  finish: (properties, attributes) => ({
    ...properties,
    ProvisionedConcurrencyConfig: present({
      ProvisionedConcurrentExecutions: attributes["provisioned_concurrent_executions"],
    }),
  }),
};

const SERVICE: Shape = {
  finish: (properties, attributes) => {
    const network = block(attributes["network_configuration"]);
    const assigns = network?.["assign_public_ip"];
    const providers = blocks(attributes["capacity_provider_strategy"]);
    return {
      ...withoutEmpty(properties),
      ...present({ LaunchType: attributes["launch_type"] }),
      ...(attributes["launch_type"] === "" || providers.length > 0
        ? { LaunchType: { Ref: "AWS::NoValue" } }
        : {}),
      ...(providers.length > 0
        ? { CapacityProviderStrategy: providers.map((one) => pascalProperties(one, {})) }
        : {}),
      ...(network
        ? {
            NetworkConfiguration: {
              AwsvpcConfiguration: {
                ...pascalProperties(network, {}),
                AssignPublicIp:
                  typeof assigns === "boolean" ? (assigns ? "ENABLED" : "DISABLED") : (assigns ?? "DISABLED"),
              },
            },
          }
        : {}),
    };
  },
};

const TASK: Shape = {
  single: ["runtime_platform", "ephemeral_storage"],
  names: { size_in_gib: "SizeInGiB" },
  finish: (properties, attributes) => {
    const written = attributes["container_definitions"];
    return typeof written === "string"
      ? { ...properties, ContainerDefinitions: pascalDeep(documentIn(written)) }
      : properties;
  },
};

const EKS: Shape = {
  names: { vpc_config: "ResourcesVpcConfig", role_arn: "RoleArn" },
  single: ["vpc_config", "encryption_config", "kubernetes_network_config", "access_config"],
};

/** Alarms count metrics in a list of queries, each with a statistic. */
const ALARM: Shape = {
  finish: (properties, attributes) => {
    const queries = blocks(attributes["metric_query"]);
    if (queries.length === 0) return withoutEmpty(properties);
    return {
      ...withoutEmpty(properties),
      Metrics: queries.map((query) => {
        const metric = block(query["metric"]);
        return present({
          Id: query["id"],
          Expression: query["expression"],
          MetricStat: metric ? present({ Period: metric["period"], Stat: metric["stat"] }) : undefined,
        });
      }),
    };
  },
};

const MACHINE_STATE: Shape = {
  names: { type: "StateMachineType" },
  single: ["tracing_configuration", "logging_configuration"],
};

/** Machines, functions and containers, and what watches them. */
export const computeShapes: Readonly<Record<string, Shape>> = {
  aws_instance: MACHINE,
  aws_spot_instance_request: {
    ...MACHINE,
    finish: (properties, attributes) => ({
      ...(MACHINE.finish as NonNullable<Shape["finish"]>)(properties, attributes),
      SpotPrice: attributes["spot_price"] ?? "on demand",
    }),
  },
  aws_launch_configuration: MACHINE,
  aws_launch_template: LAUNCH_TEMPLATE,
  aws_autoscaling_group: GROUP,
  aws_lambda_function: FUNCTION,
  aws_lambda_provisioned_concurrency_config: PROVISIONED,
  aws_lambda_function_url: { names: { authorization_type: "AuthType" } },
  aws_ecs_service: SERVICE,
  aws_ecs_task_definition: TASK,
  aws_ecs_cluster: { names: { setting: "ClusterSettings" } },
  aws_eks_cluster: EKS,
  aws_eks_node_group: { single: ["scaling_config", "update_config", "launch_template"] },
  aws_cloudwatch_metric_alarm: ALARM,
  aws_cloudwatch_log_metric_filter: {
    names: { metric_transformation: "MetricTransformations" },
  },
  aws_sfn_state_machine: MACHINE_STATE,
  aws_synthetics_canary: { single: ["schedule"] },
  aws_scheduler_schedule: {
    single: ["target", "ecs_parameters"],
  },
  aws_pipes_pipe: { single: ["target_parameters", "source_parameters"] },
};
