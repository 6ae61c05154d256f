import { type Access, type Answer, answer } from "./evaluate.ts";
import type { Statement } from "./statements.ts";

/** Something a policy may let somebody do that is worth a sentence. */
export interface Power {
  readonly id: string;
  /** "may now …". */
  readonly says: string;
  /** Points on the scale of ADR 6. */
  readonly points: number;
  /** Every one of these has to be allowed; of a list within, one of its members. */
  readonly takes: readonly (Access | readonly Access[])[];
}

/** Names that no policy gives by name: only a wildcard covers them. */
const PROBE = "conductor-probe-7f3a";
const HERE = "us-east-1:111122223333";

const ANY: Readonly<Record<string, string>> = {
  role: `arn:aws:iam::111122223333:role/${PROBE}`,
  user: `arn:aws:iam::111122223333:user/${PROBE}`,
  group: `arn:aws:iam::111122223333:group/${PROBE}`,
  policy: `arn:aws:iam::111122223333:policy/${PROBE}`,
  bucket: `arn:aws:s3:::${PROBE}`,
  object: `arn:aws:s3:::${PROBE}/${PROBE}`,
  table: `arn:aws:dynamodb:${HERE}:table/${PROBE}`,
  function: `arn:aws:lambda:${HERE}:function:${PROBE}`,
  database: `arn:aws:rds:${HERE}:db:${PROBE}`,
  cluster: `arn:aws:rds:${HERE}:cluster:${PROBE}`,
  instance: `arn:aws:ec2:${HERE}:instance/${PROBE}`,
  secret: `arn:aws:secretsmanager:${HERE}:secret:${PROBE}`,
  parameter: `arn:aws:ssm:${HERE}:parameter/${PROBE}`,
  key: `arn:aws:kms:${HERE}:key/${PROBE}`,
  trail: `arn:aws:cloudtrail:${HERE}:trail/${PROBE}`,
  logs: `arn:aws:logs:${HERE}:log-group:${PROBE}`,
  detector: `arn:aws:guardduty:${HERE}:detector/${PROBE}`,
  vault: `arn:aws:backup:${HERE}:backup-vault:${PROBE}`,
  zone: `arn:aws:route53:::hostedzone/${PROBE}`,
  else: `arn:aws:${PROBE}:${HERE}:${PROBE}/${PROBE}`,
};

function on(thing: keyof typeof ANY, ...actions: readonly string[]): Access[] {
  return actions.map((action) => ({ action, resource: ANY[thing] as string }));
}

function power(id: string, points: number, says: string, ...takes: Power["takes"]): Power {
  return { id, points, says, takes };
}

/** Services that run code under a role they are passed, with what makes them do so. */
const RUNNING_CODE: readonly Access[] = [
  ...on("function", "lambda:CreateFunction"),
  ...on("instance", "ec2:RunInstances"),
  ...on("else", "ecs:RunTask", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
  ...on("else", "glue:CreateDevEndpoint", "glue:CreateJob", "glue:UpdateJob", "cloudformation:CreateStack"),
  ...on("else", "codebuild:CreateProject", "sagemaker:CreateNotebookInstance", "sagemaker:CreateTrainingJob"),
  ...on("else", "datapipeline:CreatePipeline", "states:CreateStateMachine", "batch:RegisterJobDefinition"),
  ...on("else", "ssm:StartAutomationExecution", "scheduler:CreateSchedule", "bedrock:CreateAgent"),
];

/**
 * What is worth telling, heaviest first. The ways to more rights follow those that are published by Rhino Security
 * Labs ("AWS IAM Privilege Escalation Methods") and in the documents of the actions.
 */
export const POWERS: readonly Power[] = [
  power(
    "everything",
    70,
    "do everything with everything",
    ...on("else", "iam:CreateUser", "s3:DeleteBucket", `${PROBE}:Anything`),
  ),
  power("rights-of-roles", 60, "change the rights of any role", [
    ...on("role", "iam:AttachRolePolicy", "iam:PutRolePolicy"),
    ...on("role", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary"),
    ...on("role", "iam:PutRolePermissionsBoundary"),
  ]),
  power("rights-of-users", 60, "change the rights of any user", [
    ...on("user", "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"),
    ...on("group", "iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"),
  ]),
  power("rights-in-policies", 60, "rewrite any policy", [
    ...on("policy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"),
  ]),
  power("credentials", 60, "get the credentials of any user", [
    ...on("user", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
  ]),
  power("any-role", 60, "take on any role", ...on("role", "sts:AssumeRole")),
  power("pass-and-run", 60, "run code under any role", ...on("role", "iam:PassRole"), RUNNING_CODE),
  power("pass-any-role", 45, "pass any role to a service", ...on("role", "iam:PassRole")),
  power("code-of-functions", 45, "exchange the code of any function", [
    ...on("function", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
  ]),
  power("any-secret", 45, "read every secret", [
    ...on("secret", "secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"),
  ]),
  power("keys", 45, "disable or delete any key, or rewrite its policy", [
    ...on("key", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey"),
  ]),
  power("trail", 45, "stop the record of what is done", [
    ...on("trail", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"),
    ...on("detector", "guardduty:DeleteDetector"),
  ]),
  power("backups", 45, "delete backups", [
    ...on("vault", "backup:DeleteBackupVault", "backup:DeleteRecoveryPoint"),
    ...on("else", "rds:DeleteDBSnapshot", "ec2:DeleteSnapshot"),
  ]),
  power("objects", 45, "delete objects in any bucket", [
    ...on("object", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    ...on("bucket", "s3:DeleteBucket"),
  ]),
  power("bucket-rules", 45, "open any bucket to others", [
    ...on("bucket", "s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"),
  ]),
  power("databases", 45, "delete any database", [
    ...on("database", "rds:DeleteDBInstance"),
    ...on("cluster", "rds:DeleteDBCluster"),
    ...on("table", "dynamodb:DeleteTable"),
  ]),
  power("machines", 45, "end any machine", ...on("instance", "ec2:TerminateInstances")),
  power("machine-shell", 45, "run commands on any machine", [
    ...on("instance", "ssm:SendCommand", "ssm:StartSession"),
  ]),
  power("names", 45, "repoint any name", ...on("zone", "route53:ChangeResourceRecordSets")),
  power("organization", 60, "change the organization", [
    ...on("else", "organizations:LeaveOrganization", "organizations:DetachPolicy"),
  ]),
  power("parameters", 24, "read every parameter", ...on("parameter", "ssm:GetParameter")),
  power("decrypt", 24, "decrypt with any key", ...on("key", "kms:Decrypt")),
  power("items", 24, "write to any table", ...on("table", "dynamodb:PutItem")),
  power("writes", 24, "write objects in any bucket", ...on("object", "s3:PutObject")),
  power("reads", 24, "read objects in any bucket", ...on("object", "s3:GetObject")),
];

/** A power with the answer to whether it is given. */
export interface Held {
  readonly power: Power;
  readonly answer: Exclude<Answer, "denied">;
}

/** What statements let somebody do, each power once; what a greater one covers is left to it. */
export function powersOf(statements: readonly Statement[]): Held[] {
  if (statements.every(({ effect }) => effect === "Deny")) return [];
  const held = POWERS.flatMap((one): Held[] => {
    const given = heldBy(statements, one);
    return given === "denied" ? [] : [{ power: one, answer: given }];
  });
  const everything = held.find(
    ({ power: { id }, answer: given }) => id === "everything" && given === "allowed",
  );
  return everything ? [everything] : held;
}

const WORTH: Readonly<Record<Answer, number>> = { denied: 0, "allowed under conditions": 1, allowed: 2 };

function heldBy(statements: readonly Statement[], { takes }: Power): Answer {
  const answers = takes.map((access): Answer => {
    const options = "action" in access ? [access] : access;
    return options.map((one) => answer(statements, one)).reduce((a, b) => (WORTH[a] >= WORTH[b] ? a : b));
  });
  return answers.reduce((a, b) => (WORTH[a] <= WORTH[b] ? a : b));
}

/** What the new statements allow and the old ones do not, or only under conditions. */
export function newPowers(before: readonly Statement[], after: readonly Statement[]): Held[] {
  const had = new Map(powersOf(before).map((held) => [held.power.id, WORTH[held.answer]]));
  if (had.get("everything") === WORTH.allowed) return [];
  return powersOf(after).filter(({ power: { id }, answer: given }) => (had.get(id) ?? 0) < WORTH[given]);
}
