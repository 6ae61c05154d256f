import { arn, hex, type Kind, letters, nameOf, property, type Subject, uuid } from "./kind.ts";

function iam(subject: Subject, resource: string): string {
  return `arn:aws:iam::${subject.account}:${resource}`;
}

function roleName(subject: Subject): string {
  return nameOf(subject, "RoleName", 64);
}

function parameterArn(subject: Subject, id: string): string {
  return arn(subject, "ssm", `parameter${id.startsWith("/") ? "" : "/"}${id}`);
}

export const IDENTITY: Readonly<Record<string, Kind>> = {
  "AWS::IAM::Role": {
    name: "RoleName",
    unique: "account",
    id: roleName,
    attributes: (subject, id) => ({
      Arn: iam(subject, `role${property(subject, "Path") ?? "/"}${id}`),
      RoleId: `AROA${letters(subject, 17, "role").toUpperCase()}`,
    }),
    seconds: { create: 17, update: 15, delete: 3 },
  },
  "AWS::IAM::Policy": {
    id: (subject) => `${subject.stackName.slice(0, 4)}-${letters(subject, 4)}-${letters(subject, 12, "b")}`,
    seconds: { create: 15, update: 15, delete: 3 },
    untagged: true,
  },
  "AWS::IAM::ManagedPolicy": {
    name: "ManagedPolicyName",
    unique: "account",
    id: (subject) => iam(subject, `policy/${nameOf(subject, "ManagedPolicyName")}`),
    attributes: (_subject, id) => ({ PolicyArn: id }),
    seconds: { create: 16, update: 15, delete: 3 },
    untagged: true,
  },
  "AWS::IAM::InstanceProfile": {
    name: "InstanceProfileName",
    unique: "account",
    attributes: (subject, id) => ({ Arn: iam(subject, `instance-profile/${id}`) }),
    seconds: { create: 120 },
    untagged: true,
  },
  "AWS::KMS::Key": {
    id: uuid,
    attributes: (subject, id) => ({ Arn: arn(subject, "kms", `key/${id}`), KeyId: id }),
    seconds: { create: 20, update: 15, delete: 15 },
  },
  "AWS::KMS::Alias": {
    id: (subject) => property(subject, "AliasName") ?? `alias/${letters(subject, 12)}`,
    name: "AliasName",
    unique: "account",
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::SecretsManager::Secret": {
    name: "Name",
    unique: "account",
    id: (subject) =>
      arn(subject, "secretsmanager", `secret:${nameOf(subject, "Name")}-${letters(subject, 6, "arn")}`),
    attributes: (_subject, id) => ({ Id: id }),
    seconds: { create: 3 },
  },
  "AWS::SecretsManager::SecretTargetAttachment": {
    id: (subject) => property(subject, "SecretId") ?? uuid(subject),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::SSM::Parameter": {
    name: "Name",
    unique: "account",
    id: (subject) => property(subject, "Name") ?? `CFN-${subject.logicalId}-${letters(subject, 12)}`,
    attributes: (subject, id) => ({
      Type: property(subject, "Type") ?? "String",
      Value: property(subject, "Value") ?? "",
      Arn: parameterArn(subject, id),
    }),
    seconds: { create: 3 },
  },
  "AWS::Logs::LogGroup": {
    name: "LogGroupName",
    unique: "account",
    attributes: (subject, id) => ({ Arn: `${arn(subject, "logs", `log-group:${id}`)}:*` }),
    seconds: { create: 4 },
  },
  "AWS::CloudWatch::Alarm": {
    name: "AlarmName",
    attributes: (subject, id) => ({ Arn: arn(subject, "cloudwatch", `alarm:${id}`) }),
    seconds: { create: 3 },
  },
  "AWS::CloudWatch::Dashboard": { name: "DashboardName", seconds: { create: 3 }, untagged: true },
  "AWS::Cognito::UserPool": {
    id: (subject) => `${subject.region}_${letters(subject, 9)}`,
    attributes: (subject, id) => ({
      UserPoolId: id,
      Arn: arn(subject, "cognito-idp", `userpool/${id}`),
      ProviderName: `cognito-idp.${subject.region}.amazonaws.com/${id}`,
      ProviderURL: `https://cognito-idp.${subject.region}.amazonaws.com/${id}`,
    }),
    seconds: { create: 4 },
  },
  "AWS::Cognito::UserPoolClient": {
    id: (subject) => letters(subject, 26),
    attributes: (_subject, id) => ({ ClientId: id }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::Budgets::Budget": { id: (subject) => `${subject.logicalId}-${hex(subject, 8)}`, untagged: true },
  "AWS::CDK::Metadata": { id: (subject) => hex(subject, 36), seconds: { create: 1 }, untagged: true },
};
