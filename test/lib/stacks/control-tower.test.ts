import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { describe, expect, test } from "vitest";
import { guardProgram } from "../../../adapters/guard/cfn-guard.ts";
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
    cloudwatch_log_group_encrypted_check: {
      because: "They are, by the medium tier's key: the rule does not read one that a parameter names",
    },
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
  pipelines: {
    api_gw_v2_access_logs_enabled_check: {
      because: "Every request is logged: the rule does not read an ARN that is put together",
    },
    api_gw_v2_authorization_type_configured_check: {
      because: "The console holds sessions, Slack signs its requests, and two documents are for everybody",
    },
    cloudwatch_log_group_encrypted_check: {
      because: "They are, by the medium tier's key: the rule does not read one that a parameter names",
    },
    iam_managed_policy_no_statements_with_admin_access_check: {
      because: "A boundary grants nothing: its one Allow is what its denials take from",
    },
    iam_managed_policy_no_statements_with_full_access_check: {
      because: "A boundary grants nothing: its one Allow is what its denials take from",
    },
    lambda_function_public_access_prohibited_check: {
      because: "API Gateway may call for this API alone: the rule does not read an ARN that is put together",
    },
    lambda_inside_vpc_check: {
      because:
        "Functions reach AWS alone and nothing reaches them; in a network they would need a NAT gateway",
      usd: 42,
    },
  },
};

const LIBRARY = dirname(
  createRequire(import.meta.url).resolve("@cdklabs/cdk-validator-cfnguard/package.json"),
);
const RULES = join(LIBRARY, "rules/control-tower/cfn-guard");

/** The names of rules that a template breaks. The library's own plugin cannot read what cfn-guard says of the pipelines. */
function brokenBy(template: string): string[] {
  const { stdout } = spawnSync(
    guardProgram() ?? "cfn-guard",
    ["validate", "-r", RULES, "-d", template, "--structured", "-o", "json", "--show-summary", "none"],
    { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  const results = JSON.parse(stdout) as { not_compliant: { Rule: { name: string } }[] }[];
  const broken = results.flatMap(({ not_compliant }) => not_compliant.map(({ Rule }) => Rule.name));
  return [...new Set(broken)].toSorted();
}

describe.each(Object.entries(EXCLUSIONS))("the %s stack", (tier, exclusions) => {
  test("follows every rule of Control Tower but those that are excluded with a reason", () => {
    const app = new App({
      outdir: temporaryFolder(),
      analyticsReporting: false,
      context: { "aws:cdk:bundling-stacks": [] },
    });
    addEnvironment(app, { ...ENVIRONMENTS.prod, tier: "large", slack: { channel: "C012AB3CD" } });
    const { templateFullPath } = app.synth().getStackByName(`agent-mesh-prod-${tier}`);
    expect(brokenBy(templateFullPath)).toEqual(Object.keys(exclusions).toSorted());
  }, 60_000);
});
