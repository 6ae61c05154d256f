import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { namesOf } from "../../config/environments/names.ts";
import { AccessLogBucket } from "../constructs/access-log-bucket.ts";
import { AuditTrail } from "../constructs/audit-trail.ts";
import { TimelineLake } from "../constructs/timeline-lake.ts";
import { VectorStore } from "../constructs/vector-store.ts";
import type { TierProps } from "./small.ts";
import { ZonedStack } from "./zoned-stack.ts";

/** What an enterprise adds: a memory that compares meanings, an audit trail of its own, and a timeline to ask about. */
export class LargeStack extends ZonedStack {
  constructor(scope: Construct, id: string, { config, ...props }: TierProps) {
    super(scope, id, props);
    const names = namesOf(config);
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const key = this.#dataKey(removalPolicy, names.arn("cloudtrail", `trail/${names.mesh}`));
    const memory = new VectorStore(this, "VectorStore", {
      name: `${names.mesh}-memory`,
      key,
      mostAcu: config.sizes.databaseAcu,
      backupDays: config.retain ? 35 : 7,
      retain: config.retain,
      logRetentionDays: config.logRetentionDays,
      // The medium tier's, which this one stands on.
      logKey: Key.fromKeyArn(
        this,
        "LogKey",
        StringParameter.valueForStringParameter(this, names.parameter("log-key-arn")),
      ),
    });
    for (const [name, stringValue] of [
      ["memory-cluster-arn", memory.cluster.attrDbClusterArn],
      ["memory-secret-arn", memory.secretArn],
      ["data-key-arn", key.keyArn],
    ] as const)
      new StringParameter(this, name, { parameterName: names.parameter(name), stringValue });
    const { bucket: accessLogs } = new AccessLogBucket(this, "AccessLogs", {
      retentionDays: config.logRetentionDays,
    });
    new AuditTrail(this, "AuditTrail", {
      trailName: names.mesh,
      bucketName: `${names.mesh}-audit-${config.account}`,
      key,
      retentionDays: config.timelineRetentionDays,
    });
    new TimelineLake(this, "TimelineLake", {
      mesh: names.mesh,
      busName: names.bus,
      bucketName: `${names.mesh}-lake-${config.account}`,
      key,
      accessLogs,
      removalPolicy,
    });
  }

  #dataKey(removalPolicy: RemovalPolicy, trailArn: string): Key {
    const key = new Key(this, "DataKey", {
      description: "Encrypts Conductor's memory, audit trail and timeline",
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "CloudTrailMayEncrypt",
        principals: [new ServicePrincipal("cloudtrail.amazonaws.com")],
        actions: ["kms:DescribeKey", "kms:GenerateDataKey*"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceArn": trailArn } },
      }),
    );
    return key;
  }
}
