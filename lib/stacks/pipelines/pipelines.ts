import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, FilterCriteria, type IFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Topic } from "aws-cdk-lib/aws-sns";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type Names, namesOf } from "../../../config/environments/names.ts";
import { type EnvironmentConfig, has } from "../../../config/environments/schema.ts";
import { alarm } from "../../constructs/alarm-topic.ts";
import { MeshFunction } from "../../constructs/mesh-function.ts";
import { MeshMachine, type QueueName } from "../../constructs/state-machine.ts";
import type { TierProps } from "../small.ts";
import { FUNCTIONS, type FunctionSpec } from "./functions.ts";
import { LaneRoles } from "./lane-roles.ts";
import { MACHINES } from "./machines.ts";
import { type MemoryMeans, memoryOf } from "./memory.ts";
import { onWorkers } from "./on-workers.ts";
import { Permissions } from "./permissions.ts";
import { variablesOf } from "./variables.ts";

/** The functions and state machines that carry changes out, and the roles they do it in. */
export class PipelinesStack extends Stack {
  readonly #config: EnvironmentConfig;
  readonly #names: Names;
  readonly #permissions: Permissions;
  readonly #logKey: IKey | undefined;
  readonly #memory: MemoryMeans | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: TierProps) {
    super(scope, id, props);
    this.#config = config;
    this.#names = namesOf(config);
    this.#permissions = new Permissions(this.#names, config);
    this.#logKey = has(config, "medium") ? this.#keyOfLogs() : undefined;
    this.#memory = has(config, "large") ? memoryOf(this, this.#names) : undefined;
    const functions = new Map<string, IFunction>();
    for (const spec of FUNCTIONS) functions.set(spec.substitution, this.#function(spec).lambda);
    new LaneRoles(this, "LaneRoles", { names: this.#names, isProd: config.environment === "prod" });
    for (const name of MACHINES)
      new MeshMachine(this, capitalised(name), {
        stateMachineName: this.#names.machine(name),
        roleName: this.#names.role(`states-${name}`),
        definition: this.#definition(name),
        functions,
        queues: this.#queues(),
        logRetentionDays: config.logRetentionDays,
        logKey: this.#logKey,
      });
    this.#dispatcher();
  }

  #definition(machine: string): string {
    const text = readFileSync(fromRoot(`statemachines/${machine}.asl.json`), "utf8");
    if (this.#config.agentsOn === "functions") return text;
    const queues = FUNCTIONS.filter(({ lane }) => lane !== "none").map(
      ({ name, lane, substitution }) =>
        [substitution, { urlName: queueUrlName(lane), functionName: name }] as const,
    );
    return onWorkers(text, new Map(queues));
  }

  /** The lanes' queues, which are the medium tier's. */
  #queues(): ReadonlyMap<string, QueueName> {
    const { account, region } = this.#config;
    const lanes = new Set(FUNCTIONS.map(({ lane }) => lane).filter((lane) => lane !== "none"));
    return new Map(
      [...lanes].map((lane) => {
        const queue = this.#names.laneQueue(lane);
        const url = `https://sqs.${region}.amazonaws.com/${account}/${queue}`;
        return [queueUrlName(lane), { url, arn: this.#names.arn("sqs", queue) }];
      }),
    );
  }

  /** The key is the medium tier's, whose stack leaves its ARN to be looked up. */
  #keyOfLogs(): IKey {
    const arn = StringParameter.valueForStringParameter(this, this.#names.parameter("log-key-arn"));
    return Key.fromKeyArn(this, "LogKey", arn);
  }

  #function(spec: FunctionSpec): MeshFunction {
    const { name, lane, description, memoryMb = "agentMemoryMb" } = spec;
    const { sizes } = this.#config;
    return new MeshFunction(this, capitalised(name), {
      ...this.#common(name, lane),
      description,
      statements: [...this.#permissions.of(spec), ...(spec.thinks ? (this.#memory?.statements ?? []) : [])],
      files: spec.files?.map(fromRoot),
      workers: spec.workers?.map(fromRoot),
      environment: {
        ...variablesOf(this.#config),
        AGENT_MESH_LANE: lane,
        ...(spec.thinks && { ...this.#mind(), ...this.#memory?.environment }),
      },
      memoryMb: sizes[memoryMb],
      // As long as a Task waits for it (TimeoutSeconds in statemachines/).
      timeoutSeconds: 120,
      // So that plans in plenty do not take from the gates and the way back what the account can run at once.
      reservedConcurrency: name === "forge" ? sizes.forgeConcurrency : undefined,
    });
  }

  #common(name: string, lane: string) {
    return {
      functionName: this.#names.function(name),
      roleName: this.#names.functionRole(lane, name),
      entry: fromRoot(`lambdas/${name}/index.ts`),
      logRetentionDays: this.#config.logRetentionDays,
      logKey: this.#logKey,
      wildcards: this.#permissions.wildcards(),
    };
  }

  #mind(): Record<string, string> {
    const { models } = this.#config;
    if (!models) return {};
    return {
      AGENT_MODEL_REGION: models.region,
      AGENT_MODEL_PRIMARY: models.primary,
      ...(models.secondary && { AGENT_MODEL_SECONDARY: models.secondary }),
      ...(models.embedding && { AGENT_MODEL_EMBEDDING: models.embedding }),
    };
  }

  /** Delivers what is in the outbox: at once by the table's stream, and every minute what is left over (ADR 18). */
  #dispatcher(): void {
    const { arn, machine, timeline } = this.#names;
    const streamArn = StringParameter.valueForStringParameter(this, this.#names.parameter("kv-stream-arn"));
    const { lambda } = new MeshFunction(this, "Dispatcher", {
      ...this.#common("dispatcher", "none"),
      description: "Delivers effects and events from the outbox",
      statements: [
        ...this.#permissions.dispatching(MACHINES.map((name) => machine(name))),
        new PolicyStatement({
          sid: "FollowTheStream",
          actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
          resources: [streamArn],
        }),
        // DynamoDB knows no narrower resource for its list.
        new PolicyStatement({ sid: "FindStreams", actions: ["dynamodb:ListStreams"], resources: ["*"] }),
      ],
      environment: {
        ...variablesOf(this.#config),
        AGENT_MESH_ANCHORS_BUCKET: timeline,
        AGENT_MESH_CHANGE_MACHINE_ARN: arn("states", `stateMachine:${machine("change")}`),
        AGENT_MESH_ROLLBACK_MACHINE_ARN: arn("states", `stateMachine:${machine("rollback")}`),
      },
      memoryMb: this.#config.sizes.agentMemoryMb,
      timeoutSeconds: 60,
    });
    new EventSourceMapping(this, "Stream", {
      target: lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 5,
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: ["OUTBOX", "OUTBOX#EVENTS"] } } } })],
    });
    this.#schedule("Reconcile", { every: Duration.minutes(1), lambda });
    alarm(this, "Undelivered", Topic.fromTopicArn(this, "Alarms", arn("sns", this.#names.alarmTopic)), {
      metric: lambda.metricErrors({ period: Duration.minutes(1) }),
      above: 0,
      periods: 5,
      description: "Something in the outbox cannot be delivered; see docs/operations.md, Undelivered",
    });
  }

  #schedule(id: string, { every, lambda }: { every: Duration; lambda: IFunction }): void {
    const role = new Role(this, `${id}Role`, {
      roleName: this.#names.role(`schedule-${id.toLowerCase()}`),
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [lambda.functionArn] }),
    );
    new CfnSchedule(this, id, {
      name: this.#names.role(id.toLowerCase()),
      scheduleExpression: `rate(${every.toMinutes()} minute${every.toMinutes() === 1 ? "" : "s"})`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        input: "{}",
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
  }
}

function queueUrlName(lane: string): string {
  return `${capitalised(lane.replaceAll("_", "-"))}QueueUrl`;
}

function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

function capitalised(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
