import { Match } from "aws-cdk-lib/assertions";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { DataKey } from "../../../lib/constructs/data-key.ts";
import { GeneratedSecret } from "../../../lib/constructs/generated-secret.ts";
import { allowedBy, somebody, statementsOf, synthesized } from "./synthesized.ts";

const SECRET = "AWS::SecretsManager::Secret";

test("a secret's value is made up by AWS, never written down", () => {
  const template = synthesized((stack) => new GeneratedSecret(stack, "signing", { length: 64 }));
  template.hasResource(SECRET, {
    DeletionPolicy: "Retain",
    Properties: {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
      SecretString: Match.absent(),
    },
  });
});

test("a secret is one resource", () => {
  const template = synthesized((stack) => new GeneratedSecret(stack, "signing"));
  expect(Object.keys(template.toJSON()["Resources"])).toHaveLength(1);
});

test("a secret that may go may go", () => {
  const template = synthesized(
    (stack) => new GeneratedSecret(stack, "signing", { removalPolicy: RemovalPolicy.DESTROY }),
  );
  template.hasResource(SECRET, { DeletionPolicy: "Delete" });
});

test("whoever may read a secret may not change it, and uses its key through Secrets Manager alone", () => {
  const template = synthesized((stack) => {
    const { key: encryptionKey } = new DataKey(stack, "DataKey");
    new GeneratedSecret(stack, "signing", { encryptionKey }).grantRead(somebody(stack));
  });
  expect(allowedBy(template)).toEqual([
    "kms:Decrypt",
    "kms:DescribeKey",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
  ]);
  const [use] = statementsOf(template).filter(({ Action }) => Action.includes("kms:Decrypt"));
  expect(use?.Condition).toEqual({
    StringEquals: { "kms:ViaService": "secretsmanager.af-south-1.amazonaws.com" },
  });
});
