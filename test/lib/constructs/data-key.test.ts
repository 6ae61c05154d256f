import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { ArtifactsBucket } from "../../../lib/constructs/artifacts-bucket.ts";
import { DataKey, grantKeyUse } from "../../../lib/constructs/data-key.ts";
import { GeneratedSecret } from "../../../lib/constructs/generated-secret.ts";
import { KvStore } from "../../../lib/constructs/kv-store.ts";
import { allowedBy, somebody, synthesized } from "./synthesized.ts";

const KEY = "AWS::KMS::Key";

test("the key is rotated every year and kept", () => {
  const template = synthesized((stack) => new DataKey(stack, "DataKey"));
  template.hasResource(KEY, {
    DeletionPolicy: "Retain",
    Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
  });
});

test("a key that may go goes as soon as KMS allows", () => {
  const template = synthesized(
    (stack) => new DataKey(stack, "DataKey", { removalPolicy: RemovalPolicy.DESTROY }),
  );
  template.hasResource(KEY, { DeletionPolicy: "Delete", Properties: { PendingWindowInDays: 7 } });
});

test("the key's policy leaves access to IAM, whoever uses the key", () => {
  const alone = synthesized((stack) => new DataKey(stack, "DataKey"));
  const shared = synthesized((stack) => {
    const { key: encryptionKey } = new DataKey(stack, "DataKey");
    new ArtifactsBucket(stack, "photos", { encryptionKey }).grantReadWrite(somebody(stack));
    new KvStore(stack, "catalog", { encryptionKey });
    new GeneratedSecret(stack, "signing", { encryptionKey });
  });
  expect(shared.findResources(KEY)).toEqual(alone.findResources(KEY));
  alone.hasResourceProperties(KEY, {
    KeyPolicy: {
      Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*" }],
    },
  });
});

test("whoever only reads may not encrypt", () => {
  const template = synthesized((stack) => {
    const { key } = new DataKey(stack, "DataKey");
    grantKeyUse(somebody(stack), { key, through: "secretsmanager", access: "read" });
  });
  expect(allowedBy(template)).toEqual(["kms:Decrypt", "kms:DescribeKey"]);
});
