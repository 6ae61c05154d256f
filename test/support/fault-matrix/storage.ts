import { randomUUID } from "node:crypto";
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteBucketCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { S3AnchorStore } from "../../../adapters/aws/anchor-store.ts";
import { S3ArtifactStore } from "../../../adapters/aws/artifact-store.ts";
import { type AwsPlace, clientOf } from "../../../adapters/aws/clients.ts";
import { SecretsManagerStore } from "../../../adapters/aws/secret-store.ts";
import { DynamoTable } from "../../../adapters/aws/table.ts";
import { sha256 } from "../../../core/digest.ts";
import { createBucket, s3 } from "../buckets.ts";
import { TestClock } from "../clock.ts";
import { createTable, tableThrough } from "../dynamo-tables.ts";
import { FaultProxy } from "../fault-proxy.ts";
import { AT } from "../records.ts";
import type { PortOnTrial } from "./trial.ts";

const ROW = { pk: "P", sk: "s" };

const table: PortOnTrial = {
  port: "table",
  adapter: "DynamoDB",
  does: "stores a row that must not be there yet",
  on: "TransactWriteItems",
  worksOn: "table",
  async open(moto, patience) {
    const name = await createTable(moto.place());
    const proxy = await FaultProxy.before(moto.endpoint);
    const place = moto.place({ endpoint: proxy.endpoint, patience });
    const [tried, truth] = [new DynamoTable(place, name, new TestClock()), tableThrough(moto, moto, name)];
    return {
      proxy,
      call: () => tried.transact([{ put: { ...ROW, attributes: {} }, expect: "absent" }]),
      there: async () => Array.from({ length: (await truth.get(ROW))?.version ?? 0 }, () => "row"),
      vanish: () => clientOf(moto.place(), DynamoDBClient).send(new DeleteTableCommand({ TableName: name })),
    };
  },
};

/** Keys of everything in a bucket, every version of it. */
async function keysIn(place: AwsPlace, Bucket: string): Promise<string[]> {
  const { Versions = [] } = await s3(place).send(new ListObjectVersionsCommand({ Bucket }));
  return Versions.map(({ Key = "" }) => Key);
}

function inBucket(call: (place: AwsPlace, bucket: string) => Promise<unknown>): PortOnTrial["open"] {
  return async (moto, patience) => {
    const bucket = await createBucket(moto.place());
    const proxy = await FaultProxy.before(moto.endpoint);
    const place = moto.place({ endpoint: proxy.endpoint, patience });
    return {
      proxy,
      call: () => call(place, bucket),
      there: () => keysIn(moto.place(), bucket),
      vanish: () => s3(moto.place()).send(new DeleteBucketCommand({ Bucket: bucket })),
    };
  };
}

const artifacts: PortOnTrial = {
  port: "artifacts",
  adapter: "S3",
  does: "stores an artifact under its hash",
  on: "PUT object",
  worksOn: "bucket",
  open: inBucket((place, bucket) => new S3ArtifactStore(place, bucket).put("content")),
};

const anchors: PortOnTrial = {
  port: "anchors",
  adapter: "S3, Object Lock",
  does: "writes down the head of a chain",
  on: "PUT object",
  worksOn: "bucket",
  open: inBucket((place, bucket) =>
    new S3AnchorStore(place, bucket, 30, new TestClock(AT)).append({
      chain: "exec_1",
      seq: 7,
      hash: sha256("event 7"),
      at: AT,
    }),
  ),
};

const secrets: PortOnTrial = {
  port: "secrets",
  adapter: "Secrets Manager",
  does: "reads a secret",
  on: "GetSecretValue",
  worksOn: "secret",
  async open(moto, patience) {
    const client = clientOf(moto.place(), SecretsManagerClient);
    const Name = `secret-${randomUUID()}`;
    await client.send(new CreateSecretCommand({ Name, SecretString: "correct-horse" }));
    const proxy = await FaultProxy.before(moto.endpoint);
    const store = new SecretsManagerStore(moto.place({ endpoint: proxy.endpoint, patience }));
    const read: string[] = [];
    return {
      proxy,
      call: async () => {
        read[0] = (await store.read(Name)).reveal();
      },
      there: () => Promise.resolve(read.filter((value) => value === "correct-horse")),
      vanish: () =>
        client.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true })),
    };
  },
};

export const STORAGE: readonly PortOnTrial[] = [table, artifacts, anchors, secrets];
