import { fileURLToPath } from "node:url";
import { Schedule } from "aws-cdk-lib/aws-applicationautoscaling";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  type CfnService,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, IgnoreMode, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards } from "./acknowledge.ts";
import { retentionOfAtLeast } from "./log-retention.ts";
import { TaskQueue } from "./task-queue.ts";
import type { WorkerNetwork } from "./worker-network.ts";

export interface LaneWorkersProps {
  readonly name: string;
  readonly lane: string;
  readonly cluster: ICluster;
  readonly network: WorkerNetwork;
  /** All that the lane's functions may do, beside taking tasks and answering them. */
  readonly statements: readonly PolicyStatement[];
  readonly wildcards: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly queueName: string;
  readonly logRetentionDays: number;
  readonly logKey: IKey;
  /** Tasks at once, at most. */
  readonly most: number;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the image is made of (worker/Dockerfile); all else does not change it. */
const IN_IMAGE = ["package.json", "package-lock.json", "bin/package.json", "bin/launch.js"];
const SCRATCH = "scratch";
const FOLDERS_IN_IMAGE = ["adapters", "config", "core", "lambdas", "lib", "policies", "worker"];

/** One lane's queue and the workers that take agents' tasks from it: none while there is nothing to do. */
export class LaneWorkers extends Construct {
  readonly tasks: TaskQueue;
  readonly service: FargateService;
  readonly taskRole: Role;

  constructor(scope: Construct, id: string, props: LaneWorkersProps) {
    super(scope, id);
    this.tasks = new TaskQueue(this, "Tasks", {
      queueName: props.queueName,
      visibilityTimeoutSeconds: 120,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.taskRole = this.#taskRole(props);
    const executionRole = new Role(this, "ExecutionRole", {
      roleName: `${props.name}-start`,
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    acknowledgeWildcards(executionRole, {
      "*": "ECR knows no resource for the token with which the image is pulled",
    });
    const definition = new FargateTaskDefinition(this, "Definition", {
      family: props.name,
      cpu: 512,
      memoryLimitMiB: 2_048,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: this.taskRole,
      executionRole,
    });
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/ecs/${props.name}`,
      retention: retentionOfAtLeast(props.logRetentionDays),
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    definition.addVolume({ name: SCRATCH });
    const container = definition.addContainer("Worker", {
      image: ContainerImage.fromAsset(ROOT, {
        file: "worker/Dockerfile",
        platform: Platform.LINUX_ARM64,
        ignoreMode: IgnoreMode.DOCKER,
        exclude: ["*", ...[...IN_IMAGE, ...FOLDERS_IN_IMAGE].map((path) => `!${path}`)],
      }),
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: props.lane }),
      environment: { ...props.environment, AGENT_MESH_QUEUE_URL: this.tasks.queue.queueUrl },
      readonlyRootFilesystem: true,
      user: "node",
      memoryLimitMiB: 2_048,
      // As long as Spot gives a task that it takes away.
      stopTimeout: Duration.seconds(120),
    });
    container.addMountPoints({ containerPath: "/tmp", sourceVolume: SCRATCH, readOnly: false });
    this.service = new FargateService(this, "Service", {
      serviceName: props.name,
      cluster: props.cluster,
      taskDefinition: definition,
      minHealthyPercent: 0,
      assignPublicIp: true,
      vpcSubnets: { subnets: props.network.vpc.publicSubnets },
      securityGroups: [props.network.securityGroup],
      capacityProviderStrategies: [
        { capacityProvider: "FARGATE_SPOT", weight: 4 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
      circuitBreaker: { rollback: true },
    });
    // How many run is the scaling's to say: a count in the template would end tasks with every deployment.
    (this.service.node.findChild("Service") as CfnService).addPropertyDeletionOverride("DesiredCount");
    acknowledge(definition, {
      ECS2: "Names of the workspace's parts, and no secret: an agent's credentials are its role's",
    });
    this.#scale(props.most);
  }

  #taskRole({ name, lane, statements, wildcards }: LaneWorkersProps): Role {
    const role = new Role(this, "TaskRole", {
      roleName: name,
      description: `What workers of the ${lane} lane may do`,
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
    });
    const policy = new ManagedPolicy(this, "TaskPolicy", {
      statements: [
        ...statements,
        new PolicyStatement({
          sid: "TakeTasks",
          actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
          resources: [this.tasks.queue.queueArn],
        }),
        new PolicyStatement({
          sid: "AnswerTasks",
          actions: ["states:SendTaskFailure", "states:SendTaskSuccess"],
          resources: ["*"],
        }),
      ],
      roles: [role],
    });
    acknowledgeWildcards(policy, {
      ...wildcards,
      "*": `${wildcards["*"] ?? ""}; whoever has a task's token may answer it`,
    });
    return role;
  }

  /** From none by what waits in the queue, back to none a while after it is empty, and none at night. */
  #scale(most: number): void {
    const scaling = this.service.autoScaleTaskCount({ minCapacity: 0, maxCapacity: most });
    const { queue } = this.tasks;
    const period = Duration.minutes(1);
    scaling.scaleOnMetric("ByDepth", {
      // What is being worked on counts, so that nobody is sent home from a task.
      metric: new MathExpression({
        expression: "waiting + taken",
        usingMetrics: {
          waiting: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
          taken: queue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: "Maximum" }),
        },
        period,
      }),
      scalingSteps: [
        { upper: 0, change: -most },
        { lower: 1, change: +1 },
        { lower: 10, change: +most },
      ],
      evaluationPeriods: 1,
      cooldown: Duration.minutes(3),
    });
    // Fewer at night, when nobody waits for a plan: one at a time is enough for what the schedules ask.
    scaling.scaleOnSchedule("Evening", {
      schedule: Schedule.cron({ hour: "18", minute: "0" }),
      minCapacity: 0,
      maxCapacity: 1,
    });
    scaling.scaleOnSchedule("Morning", {
      schedule: Schedule.cron({ hour: "4", minute: "0" }),
      minCapacity: 0,
      maxCapacity: most,
    });
  }
}
