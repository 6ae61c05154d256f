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
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "logs:DeleteRetentionPolicy",
  "rds:DeleteDBClusterSnapshot",
  "rds:DeleteDBSnapshot",
];

/**
 * What CloudFormation has to take back of a creation that failed (law 8), and of nothing else: a stack policy denies it
 * during updates, and the broker applies no change that asks for it. Whatever a stack made may not do it at all.
 */
const LOST_BY_WORKLOADS = [
  "ec2:DeleteFlowLogs",
  "kms:ScheduleKeyDeletion",
  "logs:DeleteLogGroup",
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
    ...(isProd
      ? [
          deny("LoseNothingInProduction", LOST_IN_PROD),
          deny("NorWhatOnlyAStackMayUndo", LOST_BY_WORKLOADS, ["*"], {
            ArnNotEquals: { "aws:PrincipalArn": iamArn(`role/${names.role("cfn")}`) },
          }),
        ]
      : []),
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

/** Of roles that have another boundary or none, nothing may be made, and what they may do is not to be changed. */
const BOUNDED = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:PutUserPermissionsBoundary",
];

/** Law 12: nothing named like ours, and no key or image that is tagged as ours. */
function ownResources({ arn, iamArn, account }: Names, unnamed: readonly string[]): PolicyStatement[] {
  const prefix = "agent-mesh-";
  const resources = [
    iamArn(`role/${prefix}*`),
    iamArn(`policy/${prefix}*`),
    `arn:aws:s3:::${prefix}*`,
    // What deploys us: CDK's own roles and the bucket that our functions' code comes from.
    iamArn("role/cdk-*"),
    "arn:aws:s3:::cdk-*",
    `arn:aws:cloudwatch::${account}:dashboard/${prefix}*`,
    ...[
      ["athena", `workgroup/${prefix}*`],
      ["cloudformation", `stack/${prefix}*`],
      ["cloudtrail", `trail/${prefix}*`],
      ["cloudwatch", `alarm:${prefix}*`],
      ["ecr", "repository/cdk-*"],
      ["cognito-idp", "userpool/*"],
      ["dynamodb", `table/${prefix}*`],
      ["ecr", `repository/${prefix}*`],
      ["ecs", `cluster/${prefix}*`],
      ["ecs", `service/${prefix}*`],
      ["ecs", `task/${prefix}*`],
      ["ecs", `task-definition/${prefix}*`],
      ["events", `archive/${prefix}*`],
      ["events", `event-bus/${prefix}*`],
      ["events", `rule/${prefix}*`],
      ["firehose", `deliverystream/${prefix}*`],
      ["glue", "database/agent_mesh_*"],
      ["glue", "table/agent_mesh_*/*"],
      ["lambda", `function:${prefix}*`],
      ["logs", `log-group:/aws/*/${prefix}*`],
      ["rds", `cluster:${prefix}*`],
      ["rds", `db:${prefix}*`],
      ["scheduler", `schedule/*/${prefix}*`],
      ["secretsmanager", `secret:${prefix}*`],
      ["ses", "identity/*"],
      ["ses", `configuration-set/${prefix}*`],
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
