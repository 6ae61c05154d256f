import { ReadWriteType, Trail } from "aws-cdk-lib/aws-cloudtrail";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { PRIVATE_BUCKET } from "./private-bucket.ts";

export interface AuditTrailProps {
  readonly trailName: string;
  readonly bucketName: string;
  readonly key: IKey;
  readonly retentionDays: number;
}

/** Who did what in the account, as CloudTrail saw it, with digests that show a gap; apart from what Conductor records. */
export class AuditTrail extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { trailName, bucketName, key, retentionDays }: AuditTrailProps) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      bucketName,
      ...PRIVATE_BUCKET,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        {
          id: "expire",
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, {
      S1: "It is itself the log of who accesses what; logging it into another has no end",
    });
    new Trail(this, "Trail", {
      trailName,
      bucket: bucket as IBucket,
      encryptionKey: key,
      managementEvents: ReadWriteType.ALL,
      enableFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
    });
    this.bucket = bucket as IBucket;
  }
}
