import { Match } from "aws-cdk-lib/assertions";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { AccessLogBucket } from "../../../lib/constructs/access-log-bucket.ts";
import { ArtifactsBucket, type ArtifactsBucketProps } from "../../../lib/constructs/artifacts-bucket.ts";
import { DataKey } from "../../../lib/constructs/data-key.ts";
import { allowedBy, somebody, statementsOf, synthesized } from "./synthesized.ts";

const BUCKET = "AWS::S3::Bucket";

function bucket(props?: ArtifactsBucketProps) {
  return synthesized((stack) => new ArtifactsBucket(stack, "photos", props));
}

test("a bucket told nothing is private, encrypted, versioned and kept", () => {
  bucket().hasResource(BUCKET, {
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      BucketName: Match.absent(),
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: "Enabled" },
    },
  });
});

test("a bucket answers nobody without TLS 1.2", () => {
  const refused = (condition: object) =>
    Match.objectLike({ Effect: "Deny", Action: "s3:*", Principal: { AWS: "*" }, Condition: condition });
  bucket().hasResourceProperties("AWS::S3::BucketPolicy", {
    PolicyDocument: {
      Statement: [
        refused({ Bool: { "aws:SecureTransport": "false" } }),
        refused({ NumericLessThan: { "s3:TlsVersion": 1.2 } }),
      ],
    },
  });
});

test("objects move to cheaper storage, and what was deleted can be brought back for 90 days", () => {
  bucket().hasResourceProperties(BUCKET, {
    LifecycleConfiguration: {
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          ExpirationInDays: Match.absent(),
          NoncurrentVersionExpiration: { NoncurrentDays: 90 },
          Transitions: [{ StorageClass: "INTELLIGENT_TIERING", TransitionInDays: 0 }],
        },
      ],
    },
  });
});

test("a bucket has the name, the expiry and the end it was asked for", () => {
  bucket({
    bucketName: "our-photos",
    expireAfterDays: 30,
    versioned: false,
    removalPolicy: RemovalPolicy.DESTROY,
  }).hasResource(BUCKET, {
    DeletionPolicy: "Delete",
    Properties: {
      BucketName: "our-photos",
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30 })] },
      VersioningConfiguration: Match.absent(),
    },
  });
});

test("a bucket writes its access logs under its own name, once the log bucket takes them", () => {
  const template = synthesized((stack) => {
    const { bucket: accessLogs } = new AccessLogBucket(stack, "AccessLogs");
    new ArtifactsBucket(stack, "photos", { accessLogs });
  });
  template.hasResource(BUCKET, {
    DependsOn: [Match.stringLikeRegexp("^AccessLogsBucketPolicy")],
    Properties: {
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp("^AccessLogsBucket") },
        LogFilePrefix: "photos/",
      },
    },
  });
});

test("a bucket with a key uses one data key for many objects", () => {
  const template = synthesized((stack) => {
    new ArtifactsBucket(stack, "photos", { encryptionKey: new DataKey(stack, "DataKey").key });
  });
  template.hasResourceProperties(BUCKET, {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } },
      ],
    },
  });
});

test("whoever may read and write objects may not change the bucket", () => {
  const template = synthesized((stack) =>
    new ArtifactsBucket(stack, "photos").grantReadWrite(somebody(stack)),
  );
  expect(allowedBy(template)).toEqual([
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
  ]);
});

test("the key serves a user of the bucket through S3 alone", () => {
  const template = synthesized((stack) => {
    const { key: encryptionKey } = new DataKey(stack, "DataKey");
    new ArtifactsBucket(stack, "photos", { encryptionKey }).grantReadWrite(somebody(stack));
  });
  const [use] = statementsOf(template).filter(({ Action }) => Action.includes("kms:Decrypt"));
  expect(use?.Condition).toEqual({ StringEquals: { "kms:ViaService": "s3.af-south-1.amazonaws.com" } });
});
