import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Bucket, BucketEncryption, ObjectLockRetention, StorageClass } from "aws-cdk-lib/aws-s3";
import { Duration, type RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type LogTarget, logAccess } from "./access-log-bucket.ts";
import { PRIVATE_BUCKET } from "./private-bucket.ts";

export interface TimelineStoreProps {
  readonly bucketName: string;
  /** How long nobody can remove or replace what is stored. */
  readonly retentionDays: number;
  readonly accessLogs: LogTarget;
  readonly removalPolicy: RemovalPolicy;
}

const ROOT = "arn:aws:iam::*:root";

/** Where the heads of the record's chains are kept apart from it, under Object Lock in governance mode (law 9). */
export class TimelineStore extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: TimelineStoreProps) {
    super(scope, id);
    const { bucketName, retentionDays, accessLogs, removalPolicy } = props;
    this.bucket = new Bucket(this, "Bucket", {
      bucketName,
      ...PRIVATE_BUCKET,
      encryption: BucketEncryption.S3_MANAGED,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(retentionDays)),
      lifecycleRules: [
        {
          id: "tidy",
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
        },
      ],
      removalPolicy,
    });
    logAccess(this.bucket, accessLogs, id);
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "NobodyLiftsTheLock",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:BypassGovernanceRetention"],
        resources: [this.bucket.bucketArn, this.bucket.arnForObjects("*")],
        // Whoever must after all signs in as the account's root, which is an event of its own.
        conditions: { StringNotLike: { "aws:PrincipalArn": ROOT } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "OnlyADeploymentSaysHowLong",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:PutBucketObjectLockConfiguration"],
        resources: [this.bucket.bucketArn],
        // It is about anchors to come: what is locked stays locked.
        conditions: {
          StringNotLike: { "aws:PrincipalArn": [ROOT, "arn:aws:iam::*:role/cdk-*-cfn-exec-role-*"] },
        },
      }),
    );
  }
}
