import { Match } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { AccessLogBucket } from "../../../lib/constructs/access-log-bucket.ts";
import { ArtifactsBucket } from "../../../lib/constructs/artifacts-bucket.ts";
import { synthesized } from "./synthesized.ts";

test("the log bucket empties itself and outlives its stack", () => {
  const template = synthesized((stack) => new AccessLogBucket(stack, "AccessLogs", { retentionDays: 400 }));
  template.hasResource("AWS::S3::Bucket", {
    DeletionPolicy: "RetainExceptOnCreate",
    Properties: {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
        ],
      },
    },
  });
});

test("only S3's log delivery, for buckets of this account, may write to it", () => {
  const template = synthesized((stack) => new AccessLogBucket(stack, "AccessLogs"));
  template.hasResourceProperties("AWS::S3::BucketPolicy", {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        }),
      ]),
    },
  });
});

test("another bucket that logs to it changes nothing about it", () => {
  const build = (sources: string[]) =>
    synthesized((stack) => {
      const { bucket: accessLogs } = new AccessLogBucket(stack, "AccessLogs");
      for (const source of sources) new ArtifactsBucket(stack, source, { accessLogs });
    }).toJSON()["Resources"];
  const one = build(["photos"]);
  const two = build(["photos", "videos"]);
  for (const id of Object.keys(one)) expect(two[id]).toEqual(one[id]);
});
