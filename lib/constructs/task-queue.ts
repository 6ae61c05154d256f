import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface TaskQueueProps {
  /** Without one CloudFormation finds a free one; the dead letters' ends in `-dead`. */
  readonly queueName?: string;
  readonly visibilityTimeoutSeconds?: number;
  /** Deliveries before a message goes to the dead letters. */
  readonly maxReceiveCount?: number;
  readonly retentionDays?: number;
  readonly removalPolicy?: RemovalPolicy;
}

/** SQS keeps no message longer; a dead letter should wait for somebody as long as it can. */
const LONGEST_RETENTION = Duration.days(14);

/** A queue whose messages, once they have failed too often, wait apart for a person. */
export class TaskQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: TaskQueueProps = {}) {
    super(scope, id);
    const named = (name: string | undefined) => (name === undefined ? {} : { queueName: name });
    const safe = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...safe,
      ...named(props.queueName && `${props.queueName}-dead`),
      retentionPeriod: LONGEST_RETENTION,
    });
    this.queue = new Queue(this, "Queue", {
      ...safe,
      ...named(props.queueName),
      visibilityTimeout: Duration.seconds(props.visibilityTimeoutSeconds ?? 60),
      retentionPeriod: Duration.days(props.retentionDays ?? 4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }

  /** Lets the grantee add tasks, not take them. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ["sqs:SendMessage"],
      resourceArns: [this.queue.queueArn],
    });
  }
}
