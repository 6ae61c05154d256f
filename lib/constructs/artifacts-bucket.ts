import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption, type LifecycleRule, StorageClass } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type LogTarget, logAccess } from "./access-log-bucket.ts";
import { grantKeyUse } from "./data-key.ts";
import { PRIVATE_BUCKET } from "./private-bucket.ts";

export interface ArtifactsBucketProps {
  /** Bucket names are global: without one CloudFormation finds a free one. */
  readonly bucketName?: string | undefined;
  readonly versioned?: boolean;
  readonly expireAfterDays?: number | undefined;
  /** Without one S3 encrypts with its own keys. */
  readonly encryptionKey?: IKey | undefined;
  /** Where S3 writes who accessed this bucket, under the construct's id. */
  readonly accessLogs?: LogTarget | undefined;
  readonly removalPolicy?: RemovalPolicy;
}

/** How long a deleted or overwritten object can still be brought back. */
const RECOVERABLE = Duration.days(90);

/** A private, versioned bucket that moves what nobody reads to cheaper storage. */
export class ArtifactsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: ArtifactsBucketProps = {}) {
    super(scope, id);
    const bucket = new Bucket(this, "Bucket", {
      ...(props.bucketName !== undefined && { bucketName: props.bucketName }),
      ...encryption(props.encryptionKey),
      ...PRIVATE_BUCKET,
      versioned: props.versioned ?? true,
      lifecycleRules: lifecycle(props.expireAfterDays),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    if (props.accessLogs) logAccess(bucket, props.accessLogs, id);
    this.bucket = bucket;
  }

  /** Lets the grantee list, read, write and delete objects, not change the bucket. */
  grantReadWrite(grantee: IGrantable): void {
    const { bucketArn, encryptionKey } = this.bucket;
    Grant.addToPrincipal({ grantee, actions: ["s3:ListBucket"], resourceArns: [bucketArn] });
    Grant.addToPrincipal({
      grantee,
      actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resourceArns: [this.bucket.arnForObjects("*")],
    });
    if (encryptionKey) grantKeyUse(grantee, { key: encryptionKey, through: "s3", access: "write" });
  }
}

function encryption(encryptionKey: IKey | undefined) {
  return encryptionKey
    ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
    : { encryption: BucketEncryption.S3_MANAGED };
}

function lifecycle(expireAfterDays: number | undefined): LifecycleRule[] {
  const expiry = expireAfterDays === undefined ? {} : { expiration: Duration.days(expireAfterDays) };
  return [
    {
      id: "tidy",
      abortIncompleteMultipartUploadAfter: Duration.days(7),
      noncurrentVersionExpiration: RECOVERABLE,
      transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(0) }],
      ...expiry,
    },
  ];
}
