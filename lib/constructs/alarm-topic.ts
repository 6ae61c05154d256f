import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import { Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface AlarmTopicProps {
  readonly topicName: string;
  /** Whom the alarms are mailed to; they confirm it once. */
  readonly mail: string;
}

/** Where alarms go, and from there by mail. CloudWatch publishes to no topic under a key that AWS manages. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { topicName, mail }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, "Topic", { topicName, enforceSSL: true });
    new Subscription(this, "Mail", {
      topic: this.topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: mail,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccountMayPublish",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "NobodyOfAnotherAccount",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["sns:Subscribe"],
        resources: [this.topic.topicArn],
        conditions: { StringNotEquals: { "aws:PrincipalAccount": Stack.of(this).account } },
      }),
    );
  }
}

export interface AlarmRule {
  readonly metric: IMetric;
  /** What is wrong and where the runbook says what to do. */
  readonly description: string;
  /** Above it the alarm goes off. */
  readonly above: number;
  /** Periods of the metric in a row. */
  readonly periods?: number;
}

/** CloudWatch gives no sum of which a part was not measured: what was not measured did not happen. */
export function orNone(id: string): string {
  return `FILL(${id}, 0)`;
}

/** An alarm that tells the topic when it goes off and when it is over. What is not measured is well. */
export function alarm(scope: Construct, id: string, topic: ITopic, rule: AlarmRule): Alarm {
  const { metric, description, above, periods = 1 } = rule;
  const made = new Alarm(scope, id, {
    metric,
    alarmName: `${Stack.of(scope).stackName}-${kebab(id)}`,
    alarmDescription: description,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new SnsAction(topic));
  made.addOkAction(new SnsAction(topic));
  return made;
}

/** `WatchTroubles` as names have it: `watch-troubles`. */
export function kebab(id: string): string {
  return id.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
