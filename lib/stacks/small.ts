import { MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { namesOf } from "../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../config/environments/schema.ts";
import { AccessLogBucket } from "../constructs/access-log-bucket.ts";
import { acknowledge } from "../constructs/acknowledge.ts";
import { AlarmTopic, alarm, orNone } from "../constructs/alarm-topic.ts";
import { ArtifactsBucket } from "../constructs/artifacts-bucket.ts";
import { ArchivedEventBus } from "../constructs/event-bus.ts";
import { GeneratedSecret } from "../constructs/generated-secret.ts";
import { MeshTable } from "../constructs/mesh-table.ts";
import { TaskQueue } from "../constructs/task-queue.ts";
import { TimelineStore } from "../constructs/timeline-store.ts";

export interface TierProps extends StackProps {
  readonly config: EnvironmentConfig;
}

/** What every workspace has: its table, artifacts, record, events, tasks and secrets, and somebody who is told. */
export class SmallStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: TierProps) {
    super(scope, id, props);
    const names = namesOf(config);
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const { table } = new MeshTable(this, "KvStore", { tableName: names.table, removalPolicy });
    const { bucket: accessLogs } = new AccessLogBucket(this, "AccessLogs", {
      retentionDays: config.logRetentionDays,
    });
    new ArtifactsBucket(this, "ArtifactsBucket", { bucketName: names.artifacts, accessLogs, removalPolicy });
    new TimelineStore(this, "TimelineStore", {
      bucketName: names.timeline,
      retentionDays: config.timelineRetentionDays,
      accessLogs,
      // What is locked cannot be emptied, so that a stack with it could never be deleted.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new ArchivedEventBus(this, "EventBus", {
      busName: names.bus,
      archiveDays: config.eventArchiveDays,
      removalPolicy,
    });
    const tasks = new TaskQueue(this, "Tasks", { queueName: names.queue, removalPolicy });
    const signingKey = new GeneratedSecret(this, "SigningKey", {
      secretName: names.secret("signing-key"),
      description: "Signs the links of approval mails and the sessions of the console",
      length: 64,
      removalPolicy,
    });
    acknowledge(signingKey, {
      SMG4: "A new key voids every link and session signed with the old one: people exchange it, as the runbook says",
    });
    new StringParameter(this, "StreamArn", {
      parameterName: names.parameter("kv-stream-arn"),
      description: "The stream of the table, for the function that delivers what is in the outbox",
      stringValue: table.tableStreamArn ?? "",
    });

    const { topic } = new AlarmTopic(this, "Alarms", {
      topicName: names.alarmTopic,
      mail: config.mail.alarms,
    });
    const perTable = (metricName: string): Metric =>
      table.metric(metricName, { statistic: "Sum", period: Duration.minutes(5) });
    alarm(this, "TableThrottled", topic, {
      metric: new MathExpression({
        expression: `${orNone("reads")} + ${orNone("writes")}`,
        label: "throttled requests",
        usingMetrics: { reads: perTable("ReadThrottleEvents"), writes: perTable("WriteThrottleEvents") },
        period: Duration.minutes(5),
      }),
      above: 0,
      periods: 3,
      description: "The table refuses requests; see docs/operations.md, TableThrottled",
    });
    alarm(this, "TasksFailed", topic, {
      metric: tasks.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      above: 0,
      description: "Tasks failed too often and wait for somebody; see docs/operations.md, TasksFailed",
    });
    alarm(this, "TasksWaiting", topic, {
      metric: tasks.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      above: 900,
      periods: 3,
      description: "A task has waited for more than 15 minutes; see docs/operations.md, TasksWaiting",
    });
  }
}
