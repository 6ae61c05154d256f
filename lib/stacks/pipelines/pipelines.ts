import { readFileSync } from "node:fs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, FilterCriteria, type IFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type Names, namesOf } from "../../../config/environments/names.ts";
import { type EnvironmentConfig, has } from "../../../config/environments/schema.ts";
import { alarm } from "../../constructs/alarm-topic.ts";
import { MeshMachine, type QueueName } from "../../constructs/state-machine.ts";
import type { TierProps } from "../small.ts";
import { FUNCTIONS, type FunctionSpec } from "./functions.ts";
import { LaneRoles } from "./lane-roles.ts";
import { MACHINES } from "./machines.ts";
import { type MemoryMeans, memoryOf } from "./memory.ts";
import { capitalised, fromRoot, MeshFunctions } from "./mesh-functions.ts";
import { onWorkers } from "./on-workers.ts";
import { Permissions } from "./permissions.ts";
import { Schedule } from "./schedule.ts";
import { machineVariablesOf, modelVariablesOf } from "./variables.ts";
import { Watches } from "./watches.ts";
import { Web } from "./web.ts";

/** The functions and state machines that carry changes out, the roles they do it in, and where people decide. */
export class PipelinesStack extends Stack {
  readonly #config: EnvironmentConfig;
  readonly #names: Names;
  readonly #permissions: Permissions;
  readonly #functions: MeshFunctions;
  readonly #logKey: IKey | undefined;
  readonly #memory: MemoryMeans | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: TierProps) {
    super(scope, id, props);
    this.#config = config;
    this.#names = namesOf(config);
    this.#permissions = new Permissions(this.#names, config);
    this.#logKey = has(config, "medium") ? this.#keyOfLogs() : undefined;
    const shared = { config, names: this.#names, permissions: this.#permissions };
    this.#functions = new MeshFunctions(this, { ...shared, logKey: this.#logKey });
    this.#memory = has(config, "large") ? memoryOf(this, this.#names) : undefined;
    const functions = new Map<string, IFunction>();
    for (const spec of FUNCTIONS) functions.set(spec.substitution, this.#function(spec));
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
    const topic = Topic.fromTopicArn(this, "Alarms", this.#names.arn("sns", this.#names.alarmTopic));
    this.#dispatcher(topic);
    const around = { ...shared, functions: this.#functions, topic };
    const web = new Web(this, "Web", { ...around, logKey: this.#logKey });
    new LaneRoles(this, "LaneRoles", {
      names: this.#names,
      isProd: config.environment === "prod",
      appliers: [
        this.#names.functionRole("execute", "broker"),
        ...(config.agentsOn === "workers" ? [this.#names.functionRole("execute", "worker")] : []),
      ],
      unnamed: web.arns,
    });
    new Watches(this, "Watches", around);
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

  #function(spec: FunctionSpec): IFunction {
    const { name, lane, description, memoryMb = "agentMemoryMb", files, workers, thinks } = spec;
    const { sizes } = this.#config;
    return this.#functions.add({
      name,
      lane,
      description,
      files,
      workers,
      statements: [...this.#permissions.of(spec), ...(thinks ? (this.#memory?.statements ?? []) : [])],
      environment: {
        AGENT_MESH_LANE: lane,
        ...(thinks && { ...modelVariablesOf(this.#config), ...this.#memory?.environment }),
      },
      memoryMb: sizes[memoryMb],
      // As long as a Task waits for it (TimeoutSeconds in statemachines/).
      timeoutSeconds: 120,
      // So that plans in plenty do not take from the gates and the way back what the account can run at once.
      reservedConcurrency: name === "forge" ? sizes.forgeConcurrency : undefined,
    });
  }

  /** Delivers what is in the outbox: at once by the table's stream, and every minute what is left over (ADR 18). */
  #dispatcher(topic: ITopic): void {
    const { machine, timeline } = this.#names;
    const streamArn = StringParameter.valueForStringParameter(this, this.#names.parameter("kv-stream-arn"));
    const lambda = this.#functions.add({
      name: "dispatcher",
      lane: "none",
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
        AGENT_MESH_ANCHORS_BUCKET: timeline,
        ...machineVariablesOf(this.#names),
      },
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
    new Schedule(this, "Reconcile", { names: this.#names, every: { minutes: 1 }, lambda });
    alarm(this, "Undelivered", topic, {
      metric: lambda.metricErrors({ period: Duration.minutes(1) }),
      above: 0,
      periods: 5,
      description: "Something in the outbox cannot be delivered; see docs/operations.md, Undelivered",
    });
  }
}

function queueUrlName(lane: string): string {
  return `${capitalised(lane.replaceAll("_", "-"))}QueueUrl`;
}
