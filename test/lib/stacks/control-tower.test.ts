import { CfnGuardValidator } from "@cdklabs/cdk-validator-cfnguard";
import { App } from "aws-cdk-lib/core";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { addEnvironment } from "../../../lib/stacks/environment.ts";
import { temporaryFolder } from "../../support/workspace.ts";

interface Exclusion {
  readonly because: string;
  /** What following the rule would cost in a month in af-south-1, in dollars; none where it is not a matter of money. */
  readonly usd?: number;
}

/**
 * The rules of AWS Control Tower that a tier does not follow. All others, of the hundreds that come with cfn-guard's
 * package, hold, and one that is followed again must leave this list.
 */
const EXCLUSIONS: Readonly<Record<string, Readonly<Record<string, Exclusion>>>> = {
  small: {
    dynamodb_table_encrypted_kms_check: {
      because: "The small tier encrypts with AWS's own keys; a customer's key comes with the large one",
      usd: 1,
    },
    s3_bucket_default_encryption_kms_check: {
      because: "As with the table; and S3 delivers access logs to no bucket with a KMS key by default",
      usd: 1,
    },
    s3_bucket_logging_enabled_check: {
      because: "The bucket of access logs logs into no other: that has no end",
    },
    s3_event_notifications_enabled_check: { because: "Nobody waits for an event of a bucket", usd: 0.1 },
    s3_bucket_object_lock_enabled_check: {
      because: "Artifacts are named by their hash, so that a changed one is found; the anchors are locked",
    },
    sqs_dlq_check: { because: "A dead-letter queue has none of its own" },
  },
  medium: {
    ecs_service_assign_public_ip_disabled_check: {
      because: "An address while a task runs, with no way in, instead of a NAT gateway (ADR 19)",
      usd: 42,
    },
    kms_create_grant_aws_service_check: {
      because: "The key's policy leaves grants to the account's own IAM, and no role of ours may make one",
    },
    sqs_dlq_check: { because: "A dead-letter queue has none of its own" },
  },
  large: {
    cloud_trail_cloud_watch_logs_enabled_check: {
      because: "The trail is asked in S3; a copy of every call in CloudWatch Logs is paid by the gigabyte",
      usd: 7,
    },
    kms_create_grant_aws_service_check: {
      because: "The key's policy leaves grants to the account's own IAM, and no role of ours may make one",
    },
    rds_instance_enhanced_monitoring_enabled_check: {
      because: "A database that pauses has nothing to monitor by the second",
      usd: 2,
    },
    s3_bucket_default_encryption_kms_check: {
      because: "S3 delivers access logs to no bucket with a KMS key by default",
    },
    s3_bucket_logging_enabled_check: { because: "Of the logs themselves: that has no end" },
    s3_event_notifications_enabled_check: { because: "Nobody waits for an event of a bucket", usd: 0.1 },
    s3_bucket_object_lock_enabled_check: {
      because:
        "CloudTrail's digests show a gap; the timeline's lake is a copy of what is chained and anchored",
    },
  },
};

describe.each(Object.entries(EXCLUSIONS))("the %s tier", (tier, exclusions) => {
  test("follows every rule of Control Tower but those that are excluded with a reason", () => {
    const app = new App({
      outdir: temporaryFolder(),
      analyticsReporting: false,
      context: { "aws:cdk:bundling-stacks": [] },
    });
    addEnvironment(app, { ...ENVIRONMENTS.prod, tier: "large" });
    const { templateFullPath } = app.synth().getStackByName(`agent-mesh-prod-${tier}`);
    const guard = new CfnGuardValidator({ controlTowerRulesEnabled: true });
    const { violations } = guard.validate({ templatePaths: [templateFullPath] } as never);
    expect([...new Set(violations.map(({ ruleName }) => ruleName))].toSorted()).toEqual(
      Object.keys(exclusions).toSorted(),
    );
  }, 60_000);
});
