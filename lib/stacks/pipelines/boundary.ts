import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Names } from "../../../config/environments/names.ts";

/** What switches the record of an account off, or hides it; no workload needs any of it. */
const LOGGING_OFF = [
  "cloudtrail:DeleteTrail",
  "cloudtrail:PutEventSelectors",
  "cloudtrail:StopLogging",
  "cloudtrail:UpdateTrail",
  "config:DeleteConfigurationRecorder",
  "config:DeleteDeliveryChannel",
  "config:StopConfigurationRecorder",
  "guardduty:DeleteDetector",
  "guardduty:UpdateDetector",
  "securityhub:DisableSecurityHub",
];

/** What takes encryption away from an account as a whole, or the keys without which nothing can be read again. */
const ENCRYPTION_OFF = ["ec2:DisableEbsEncryptionByDefault"];

/** What makes stored data everybody's. */
const MADE_PUBLIC = [
  "ec2:ModifySnapshotAttribute",
  "rds:ModifyDBClusterSnapshotAttribute",
  "rds:ModifyDBSnapshotAttribute",
  "s3:PutAccountPublicAccessBlock",
];

/** In production also what a stack of a lesser environment deletes when it goes. */
const LOST_IN_PROD = [
  "dynamodb:DeleteBackup",
  "ec2:DeleteFlowLogs",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:ScheduleKeyDeletion",
  "logs:DeleteLogGroup",
  "logs:DeleteRetentionPolicy",
  "rds:DeleteDBClusterSnapshot",
  "rds:DeleteDBSnapshot",
  "s3:DeleteBucketPolicy",
];

/**
 * The boundary of CloudFormation's service role and of every role it makes: whatever their own policies say, law 7's
 * unconditional part and law 12 are denied to them. A boundary grants nothing, so that its one Allow may be wide.
 * @param unnamed ARNs of ours that our names are not in
 */
export function boundaryStatements(
  names: Names,
  isProd: boolean,
  unnamed: readonly string[],
): PolicyStatement[] {
  const { iamArn, boundary } = names;
  const own = iamArn(`policy/${boundary}`);
  return [
    new PolicyStatement({ sid: "NoMoreThanTheirPolicies", actions: ["*"], resources: ["*"] }),
    deny("KeepLogging", LOGGING_OFF),
    deny("KeepEncryption", ENCRYPTION_OFF),
    deny("KeepPrivate", MADE_PUBLIC),
    ...(isProd ? [deny("LoseNothingInProduction", LOST_IN_PROD)] : []),
    deny("NoDatabaseWithoutEncryption", ["rds:CreateDBCluster", "rds:CreateDBInstance"], ["*"], {
      Bool: { "rds:StorageEncrypted": "false" },
    }),
    // Of a change IAM is not told whether it makes a database public: Sentinel and the broker are.
    deny("NoPublicDatabase", ["rds:CreateDBInstance"], ["*"], {
      Bool: { "rds:PubliclyAccessible": "true" },
    }),
    deny("KeepTheBoundary", ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"]),
    deny("GiveTheBoundary", BOUNDED, ["*"], {
      StringNotEquals: { "iam:PermissionsBoundary": own },
    }),
    deny("MakeNoUsers", ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateUser"]),
    ...ownResources(names, unnamed),
  ];
}

const BOUNDED = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary"];

/** Law 12: nothing named like ours, and no key or image that is tagged as ours. */
function ownResources({ arn, iamArn }: Names, unnamed: readonly string[]): PolicyStatement[] {
  const prefix = "agent-mesh-";
  const resources = [
    iamArn(`role/${prefix}*`),
    iamArn(`policy/${prefix}*`),
    `arn:aws:s3:::${prefix}*`,
    ...[
      ["athena", `workgroup/${prefix}*`],
      ["cloudformation", `stack/${prefix}*`],
      ["cloudtrail", `trail/${prefix}*`],
      ["cloudwatch", `alarm:${prefix}*`],
      ["cognito-idp", "userpool/*"],
      ["dynamodb", `table/${prefix}*`],
      ["ecr", `repository/${prefix}*`],
      ["ecs", `cluster/${prefix}*`],
      ["ecs", `service/${prefix}*`],
      ["ecs", `task/${prefix}*`],
      ["ecs", `task-definition/${prefix}*`],
      ["events", `event-bus/${prefix}*`],
      ["events", `rule/${prefix}*`],
      ["lambda", `function:${prefix}*`],
      ["logs", `log-group:/aws/*/${prefix}*`],
      ["rds", `cluster:${prefix}*`],
      ["scheduler", `schedule/*/${prefix}*`],
      ["secretsmanager", `secret:${prefix}*`],
      ["sns", `${prefix}*`],
      ["sqs", `${prefix}*`],
      ["ssm", `parameter/${prefix}*`],
      ["states", `stateMachine:${prefix}*`],
      ["states", `execution:${prefix}*`],
    ].map(([service = "", resource = ""]) => arn(service, resource)),
    ...unnamed,
  ];
  return [
    deny("ConductorIsNotChanged", ["*"], resources),
    deny("NorWhatIsTaggedAsIts", ["*"], ["*"], {
      StringEquals: { "aws:ResourceTag/Project": "conductor" },
    }),
  ];
}

function deny(
  sid: string,
  actions: readonly string[],
  resources: readonly string[] = ["*"],
  conditions?: Record<string, Record<string, string>>,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
}
