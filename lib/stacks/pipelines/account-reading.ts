/** What of CloudFormation only looks; of one stack each. */
export const STACK_READING = [
  "DescribeChangeSet",
  "DescribeStackEvents",
  "DescribeStacks",
  "DetectStackResourceDrift",
  "GetTemplate",
  "ListStackResources",
].map((action) => `cloudformation:${action}`);

export const SNAPSHOT_READING = [
  "dynamodb:ListBackups",
  "rds:DescribeDBClusterSnapshots",
  "rds:DescribeDBSnapshots",
  // Drift detection asks whether third parties' types are configured.
  "cloudformation:BatchDescribeTypeConfigurations",
];

/**
 * What CloudFormation reads of each type of the catalog to compare it with its template. It looks as whoever asks it
 * to; none of these tells what is in a table, an object or a secret.
 */
export const DRIFT_READING: readonly string[] = [
  "apigateway:GET",
  "dynamodb:DescribeContinuousBackups",
  "dynamodb:DescribeTable",
  "dynamodb:DescribeTimeToLive",
  "dynamodb:ListTagsOfResource",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcAttribute",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
  "events:DescribeArchive",
  "events:DescribeEventBus",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
  "lambda:GetFunction",
  "lambda:GetFunctionConfiguration",
  "lambda:GetPolicy",
  "logs:DescribeLogGroups",
  "logs:ListTagsForResource",
  "rds:DescribeDBInstances",
  "rds:DescribeDBParameterGroups",
  "rds:DescribeDBParameters",
  "rds:DescribeDBSubnetGroups",
  "rds:ListTagsForResource",
  "s3:GetBucketLogging",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "secretsmanager:DescribeSecret",
  "sqs:GetQueueAttributes",
  "sqs:ListQueueTags",
];
