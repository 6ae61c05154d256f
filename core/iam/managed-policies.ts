import type { Statement } from "./statements.ts";

/** AWS's own policies that give more than a service, in terms of statements. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  "AdministratorAccess-Amplify": ["iam:*", "s3:*", "lambda:*"],
  "AdministratorAccess-AWSElasticBeanstalk": ["iam:PassRole", "ec2:*", "s3:*", "cloudformation:*"],
  PowerUserAccess: [
    "s3:*",
    "dynamodb:*",
    "rds:*",
    "ec2:*",
    "lambda:*",
    "kms:*",
    "secretsmanager:*",
    "route53:*",
  ],
  IAMFullAccess: ["iam:*"],
  SystemAdministrator: ["iam:PassRole", "ec2:*", "cloudtrail:*", "rds:*", "s3:*"],
  DatabaseAdministrator: ["rds:*", "dynamodb:*", "iam:PassRole"],
  NetworkAdministrator: ["ec2:*", "route53:*", "iam:PassRole"],
  DataScientist: ["s3:*", "iam:PassRole", "glue:*"],
  SecretsManagerReadWrite: ["secretsmanager:*"],
  AWSKeyManagementServicePowerUser: ["kms:CreateKey"],
  AWSLambda_FullAccess: ["lambda:*", "iam:PassRole"],
  AWSCloudFormationFullAccess: ["cloudformation:*"],
  AWSOrganizationsFullAccess: ["organizations:*"],
  AmazonSSMFullAccess: ["ssm:*"],
  ReadOnlyAccess: ["s3:Get*", "dynamodb:GetItem", "ssm:GetParameter"],
  ViewOnlyAccess: ["s3:ListAllMyBuckets"],
  SecurityAudit: ["s3:GetBucketPolicy"],
};

/** What an AWS managed policy gives, as far as its name tells; undefined for a customer's own. */
export function managedStatements(arn: string): Statement[] | undefined {
  const name = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  if (name === undefined) return undefined;
  const plain = name.replace(/^(service-role|job-function|aws-service-role)\//, "");
  const actions = SPECIAL[plain] ?? fullAccess(plain);
  return [{ effect: "Allow", actions, resources: ["*"], principals: [], isForAllBut: false, conditions: {} }];
}

/** `AmazonS3FullAccess` gives `s3:*`; other names give what a service needs to do its work. */
function fullAccess(name: string): readonly string[] {
  const service = /^(?:Amazon|AWS)?(?:Cloud)?([A-Za-z0-9]+?)_?FullAccess$/.exec(name)?.[1];
  if (service === undefined) return [];
  const lower = service.toLowerCase();
  return [`${lower}:*`, `cloud${lower}:*`];
}
