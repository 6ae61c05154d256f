import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Bucket, BucketEncryption, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { PRIVATE_BUCKET } from "./private-bucket.ts";

export interface AccessLogBucketProps {
  readonly retentionDays?: number;
}

/**
 * Where a stack's buckets write who accessed them.
 * It is kept whatever becomes of the stack, because CloudFormation cannot delete a bucket that is never
 * empty; the lifecycle rule empties it in time.
 */
export class AccessLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps = {}) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      ...PRIVATE_BUCKET,
      // S3 delivers access logs to no bucket that encrypts with a KMS key by default.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: "expire",
          expiration: Duration.days(props.retentionDays ?? 90),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // One statement for all the account's buckets: naming each would change this policy with every bucket.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "S3MayDeliverAccessLogs",
        principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [bucket.arnForObjects("*")],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    this.bucket = bucket;
  }
}

export type LogTarget = Pick<IBucket, "bucketName" | "policy">;

/**
 * Has S3 write who accessed a bucket, under the prefix. By the property and not by CDK's `serverAccessLogsBucket`,
 * which would write every source into the log bucket's policy.
 */
export function logAccess(bucket: Bucket, logs: LogTarget, prefix: string): void {
  const resource = bucket.node.defaultChild as CfnBucket;
  resource.loggingConfiguration = {
    destinationBucketName: logs.bucketName,
    logFilePrefix: `${prefix}/`,
  };
  if (logs.policy) bucket.node.addDependency(logs.policy);
}
