import { Match } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { KvStore, type KvStoreProps } from "../../../lib/constructs/kv-store.ts";
import { allowedBy, somebody, statementsOf, synthesized } from "./synthesized.ts";

const TABLE = "AWS::DynamoDB::Table";

function table(props?: KvStoreProps) {
  return synthesized((stack) => new KvStore(stack, "catalog", props));
}

test("a store told nothing is paid by the request, recoverable and kept", () => {
  table().hasResource(TABLE, {
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: Match.absent(),
    },
  });
});

test("a store that may go is not protected from deletion", () => {
  table({ removalPolicy: RemovalPolicy.DESTROY }).hasResource(TABLE, {
    DeletionPolicy: "Delete",
    Properties: { DeletionProtectionEnabled: false },
  });
});

test("a store has the keys and the expiry it was asked for", () => {
  table({ partitionKey: "album", sortKey: "taken", timeToLiveAttribute: "expires" }).hasResourceProperties(
    TABLE,
    {
      KeySchema: [
        { AttributeName: "album", KeyType: "HASH" },
        { AttributeName: "taken", KeyType: "RANGE" },
      ],
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    },
  );
});

test("a store uses the key it is given", () => {
  const template = synthesized((stack) => {
    new KvStore(stack, "catalog", { encryptionKey: new Key(stack, "Key") });
  });
  template.hasResourceProperties(TABLE, {
    SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: {} },
  });
});

test("whoever may read and write items may not change the table", () => {
  const template = synthesized((stack) => new KvStore(stack, "catalog").grantReadWrite(somebody(stack)));
  expect(allowedBy(template)).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
  ]);
});

test("the key serves a user of the table through DynamoDB alone", () => {
  const template = synthesized((stack) => {
    const store = new KvStore(stack, "catalog", { encryptionKey: new Key(stack, "Key") });
    store.grantReadWrite(somebody(stack));
  });
  const [use] = statementsOf(template).filter(({ Action }) => Action.includes("kms:Decrypt"));
  expect(use?.Condition).toEqual({
    StringEquals: { "kms:ViaService": "dynamodb.af-south-1.amazonaws.com" },
  });
});
