import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Names } from "../../../config/environments/names.ts";

/** What CloudFormation needs to create, change and remove each type of the catalog, one list a service. */
const BUILDING: Readonly<Record<string, readonly string[]>> = {
  apigateway: ["DELETE", "GET", "PATCH", "POST", "PUT"],
  dynamodb: [
    ...["CreateTable", "DeleteTable", "DescribeContinuousBackups", "DescribeContributorInsights"],
    ...["DescribeKinesisStreamingDestination", "DescribeTable", "DescribeTimeToLive", "GetResourcePolicy"],
    ...["ListTagsOfResource", "TagResource", "UntagResource", "UpdateContinuousBackups", "UpdateTable"],
    "UpdateTimeToLive",
  ],
  ec2: [
    ...["AssociateRouteTable", "AssociateVpcCidrBlock", "AuthorizeSecurityGroupEgress"],
    ...["AuthorizeSecurityGroupIngress", "CreateEgressOnlyInternetGateway", "CreateFlowLogs", "CreateRoute"],
    ...[
      "CreateRouteTable",
      "CreateSecurityGroup",
      "CreateSubnet",
      "CreateTags",
      "CreateVpc",
      "CreateVpcEndpoint",
    ],
    ...["DeleteEgressOnlyInternetGateway", "DeleteFlowLogs", "DeleteRoute", "DeleteRouteTable"],
    ...["DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DeleteVpc", "DeleteVpcEndpoints"],
    ...["DescribeAvailabilityZones", "DescribeEgressOnlyInternetGateways", "DescribeFlowLogs"],
    ...[
      "DescribeNetworkInterfaces",
      "DescribePrefixLists",
      "DescribeRouteTables",
      "DescribeSecurityGroupRules",
    ],
    ...[
      "DescribeSecurityGroups",
      "DescribeSubnets",
      "DescribeVpcAttribute",
      "DescribeVpcEndpoints",
      "DescribeVpcs",
    ],
    ...["DisassociateRouteTable", "DisassociateVpcCidrBlock", "ModifySubnetAttribute", "ModifyVpcAttribute"],
    ...["ModifyVpcEndpoint", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
  ],
  events: [
    ...["CreateArchive", "CreateEventBus", "DeleteArchive", "DeleteEventBus", "DescribeArchive"],
    ...["DescribeEventBus", "ListTagsForResource", "TagResource", "UntagResource", "UpdateArchive"],
    "UpdateEventBus",
  ],
  kms: [
    ...["CreateAlias", "CreateGrant", "CreateKey", "DeleteAlias", "DescribeKey", "EnableKeyRotation"],
    ...["GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "PutKeyPolicy", "ScheduleKeyDeletion"],
    ...["TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription"],
  ],
  lambda: [
    ...["AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency", "GetFunction"],
    ...[
      "GetFunctionCodeSigningConfig",
      "GetFunctionConfiguration",
      "GetFunctionRecursionConfig",
      "GetPolicy",
    ],
    ...[
      "GetRuntimeManagementConfig",
      "InvokeFunction",
      "ListTags",
      "PutFunctionConcurrency",
      "RemovePermission",
    ],
    ...["TagResource", "UntagResource", "UpdateFunctionCode", "UpdateFunctionConfiguration"],
  ],
  logs: [
    ...[
      "CreateLogDelivery",
      "CreateLogGroup",
      "DeleteLogDelivery",
      "DeleteLogGroup",
      "DeleteRetentionPolicy",
    ],
    ...["DescribeLogGroups", "DescribeResourcePolicies", "GetLogDelivery", "ListLogDeliveries"],
    ...["ListTagsForResource", "PutResourcePolicy", "PutRetentionPolicy", "TagResource", "UntagResource"],
    "UpdateLogDelivery",
  ],
  rds: [
    ...["AddTagsToResource", "CreateDBInstance", "CreateDBParameterGroup", "CreateDBSnapshot"],
    ...["CreateDBSubnetGroup", "DeleteDBInstance", "DeleteDBParameterGroup", "DeleteDBSubnetGroup"],
    ...[
      "DescribeDBEngineVersions",
      "DescribeDBInstances",
      "DescribeDBParameterGroups",
      "DescribeDBParameters",
    ],
    ...["DescribeDBSnapshots", "DescribeDBSubnetGroups", "DescribeEngineDefaultParameters"],
    ...["ListTagsForResource", "ModifyDBInstance", "ModifyDBParameterGroup", "ModifyDBSubnetGroup"],
    ...["RebootDBInstance", "RemoveTagsFromResource"],
  ],
  s3: [
    ...["CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "GetBucketAcl", "GetBucketLocation"],
    ...["GetBucketLogging", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPublicAccessBlock"],
    ...["GetBucketTagging", "GetBucketVersioning", "GetEncryptionConfiguration", "GetLifecycleConfiguration"],
    ...["ListBucket", "PutBucketLogging", "PutBucketOwnershipControls", "PutBucketPolicy"],
    ...[
      "PutBucketPublicAccessBlock",
      "PutBucketTagging",
      "PutBucketVersioning",
      "PutEncryptionConfiguration",
    ],
    "PutLifecycleConfiguration",
  ],
  secretsmanager: [
    ...["CreateSecret", "DeleteSecret", "DescribeSecret", "GetRandomPassword", "GetSecretValue"],
    ...["PutSecretValue", "TagResource", "UntagResource", "UpdateSecret"],
  ],
  sqs: [
    ...["CreateQueue", "DeleteQueue", "GetQueueAttributes", "ListQueueTags", "SetQueueAttributes"],
    ...["TagQueue", "UntagQueue"],
  ],
};

/** What is done with the roles of a stack's functions, which all get the boundary. */
const ROLES = [
  ...["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:PutRolePolicy"],
  ...[
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateRole",
  ],
  ...["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:UpdateAssumeRolePolicy"],
];

/** A stack's resources have names that nobody knows before: what they may not be is the boundary's to say. */
export function buildingStatements(): PolicyStatement[] {
  return Object.entries(BUILDING).map(
    ([service, actions]) =>
      new PolicyStatement({
        sid: `Build${service.replace(/[^a-z0-9]/gi, "")}`,
        actions: actions.map((action) => `${service}:${action}`),
        resources: ["*"],
      }),
  );
}

/** Services whose first resource in an account makes a role of theirs. */
const LINKED = ["rds.amazonaws.com", "ops.apigateway.amazonaws.com"];
/** Services that ask whoever makes something of theirs for the use of its key. */
const WITH_KEYS = ["dynamodb", "lambda", "logs", "rds", "s3", "secretsmanager", "sqs"];

/** With the roles of a stack's functions, and with keys on behalf of services. */
export function boundedRoleStatements({ iamArn, arn, region, account, boundary }: Names): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: "LetServicesMakeTheirRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [iamArn("role/aws-service-role/*")],
      conditions: { StringEquals: { "iam:AWSServiceName": LINKED } },
    }),
    new PolicyStatement({
      sid: "UseKeysForServices",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [arn("kms", "key/*")],
      conditions: {
        StringEquals: {
          "kms:CallerAccount": account,
          "kms:ViaService": WITH_KEYS.map((service) => `${service}.${region}.amazonaws.com`),
        },
      },
    }),
    new PolicyStatement({
      sid: "MakeBoundedRoles",
      actions: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      resources: [iamArn("role/*")],
      conditions: { StringEquals: { "iam:PermissionsBoundary": iamArn(`policy/${boundary}`) } },
    }),
    new PolicyStatement({ sid: "KeepRoles", actions: ROLES, resources: [iamArn("role/*")] }),
    new PolicyStatement({
      sid: "GiveFunctionsTheirRoles",
      actions: ["iam:PassRole"],
      resources: [iamArn("role/*")],
      conditions: {
        StringEquals: {
          "iam:PassedToService": ["lambda.amazonaws.com", "rds.amazonaws.com", "vpc-flow-logs.amazonaws.com"],
        },
      },
    }),
  ];
}
