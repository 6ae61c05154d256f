import type { IVpc } from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerInsights, type ICluster } from "aws-cdk-lib/aws-ecs";
import { Topic } from "aws-cdk-lib/aws-sns";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { namesOf } from "../../../config/environments/names.ts";
import { LaneWorkers } from "../../constructs/lane-workers.ts";
import { LogKey } from "../../constructs/log-key.ts";
import { serviceLog } from "../../constructs/service-log.ts";
import { WorkerNetwork } from "../../constructs/worker-network.ts";
import { FUNCTIONS } from "../pipelines/functions.ts";
import { Permissions } from "../pipelines/permissions.ts";
import { modelVariablesOf, variablesOf } from "../pipelines/variables.ts";
import type { TierProps } from "../small.ts";
import { ZonedStack } from "../zoned-stack.ts";
import { mediumAlarms } from "./alarms.ts";
import { MeshDashboard } from "./dashboard.ts";

/** The lanes that agents work in, each with a queue and a task role of its own. */
export const LANES = ["read_only", "dry_run", "execute"] as const;

/** What a workspace in production has besides: workers, encrypted logs, a dashboard and alarms about the agents. */
export class MediumStack extends ZonedStack {
  constructor(scope: Construct, id: string, { config, ...props }: TierProps) {
    super(scope, id, props);
    const names = namesOf(config);
    const permissions = new Permissions(names, config);
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const { key: logKey } = new LogKey(this, "LogKey", { removalPolicy });
    new StringParameter(this, "LogKeyArn", {
      parameterName: names.parameter("log-key-arn"),
      description: "Encrypts the logs of the pipelines",
      stringValue: logKey.keyArn,
    });
    const network = new WorkerNetwork(this, "Network", {
      name: `${names.mesh}-workers`,
      logKey,
      logRetentionDays: config.logRetentionDays,
    });
    const insights = serviceLog(this, "InsightsLogs", {
      logGroupName: `/aws/ecs/containerinsights/${names.mesh}/performance`,
      retentionDays: config.logRetentionDays,
      key: logKey,
    });
    const cluster = new Cluster(this, "Cluster", {
      clusterName: names.mesh,
      vpc: network.vpc as IVpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    cluster.node.addDependency(insights);
    const workers = LANES.map((lane) => {
      const functions = FUNCTIONS.filter((spec) => spec.lane === lane);
      return new LaneWorkers(this, `Workers_${lane}`.replaceAll("_", ""), {
        name: names.functionRole(lane, "worker"),
        lane,
        cluster: cluster as ICluster,
        network,
        statements: distinct(functions.flatMap((spec) => permissions.of(spec))),
        wildcards: permissions.wildcards(),
        environment: {
          ...variablesOf(config),
          ...(functions.some(({ thinks }) => thinks) && modelVariablesOf(config)),
          AGENT_MESH_LANE: lane,
          AWS_REGION: config.region,
        },
        queueName: names.laneQueue(lane),
        logRetentionDays: config.logRetentionDays,
        logKey,
        most: config.sizes.workers,
      });
    });
    const topic = Topic.fromTopicArn(this, "Alarms", names.arn("sns", names.alarmTopic));
    mediumAlarms(this, { topic, config, names, workers });
    new MeshDashboard(this, "Dashboard", { config, names, workers });
  }
}

/** Functions of a lane share most of their statements; a policy says each once. */
function distinct<Statement extends { toStatementJson(): unknown }>(
  statements: readonly Statement[],
): Statement[] {
  return [...new Map(statements.map((one) => [JSON.stringify(one.toStatementJson()), one])).values()];
}
