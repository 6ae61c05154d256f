import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { type AwsPlace, clientOf, placeFrom } from "../../../adapters/aws/clients.ts";
import { mapped } from "../../../adapters/aws/errors.ts";
import { describeWire, faultsBefore } from "../../support/moto.ts";

const place: AwsPlace = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

test("a container's client is made once, and each place has its own", () => {
  expect(clientOf(place, DynamoDBClient)).toBe(clientOf(place, DynamoDBClient));
  expect(clientOf({ ...place }, DynamoDBClient)).not.toBe(clientOf(place, DynamoDBClient));
  expect(clientOf(place, STSClient)).toBeInstanceOf(STSClient);
});

test("a client knows its region, how often it tries, and to try adaptively", async () => {
  const client = clientOf({ ...place, patience: { attempts: 2 } }, DynamoDBClient);
  expect(await client.config.region()).toBe("eu-west-1");
  expect(await client.config.maxAttempts()).toBe(2);
  expect(await client.config.retryStrategy()).toMatchObject({ mode: "adaptive" });
});

test("an emulator's buckets are asked for by path, AWS's by host", () => {
  expect(clientOf({ ...place }, S3Client).config.forcePathStyle).toBe(false);
  const emulated = { ...place, endpoint: "http://localhost:4566" };
  expect(clientOf(emulated, S3Client).config.forcePathStyle).toBe(true);
});

test("each client is wrapped for traces once, as it is made", () => {
  const wrapped: unknown[] = [];
  const traced = <Client>(client: Client): Client => {
    wrapped.push(client);
    return client;
  };
  const watched = { ...place, traced };
  expect(wrapped).toEqual([]);
  const client = clientOf(watched, DynamoDBClient);
  clientOf(watched, DynamoDBClient);
  expect(wrapped).toEqual([client]);
});

test("the environment tells of region and emulator, and without a region nothing begins", () => {
  expect(placeFrom({ AWS_REGION: "af-south-1" })).toEqual({ region: "af-south-1" });
  const emulated = { AWS_DEFAULT_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };
  expect(placeFrom(emulated)).toEqual({ region: "eu-west-1", endpoint: "http://127.0.0.1:4566" });
  expect(() => placeFrom({})).toThrow(/AWS_REGION/);
});

test("a port where nobody listens is told as unreachable", async () => {
  const nowhere = { ...place, endpoint: "http://127.0.0.1:9", patience: { attempts: 1 } };
  const call = () => clientOf(nowhere, DynamoDBClient).send(new ListTablesCommand({}));
  await expect(mapped(call, "listing tables")).rejects.toMatchObject({
    name: "Unavailable",
    message: expect.stringMatching(/^listing tables: AWS cannot be reached .*AWS_ENDPOINT_URL$/),
  });
});

describeWire("a client", (moto) => {
  const list = (at: AwsPlace) => () => clientOf(at, DynamoDBClient).send(new ListTablesCommand({}));

  test("gives up waiting when it said it would, and says so", async () => {
    const proxy = await faultsBefore(moto());
    const at = moto().place({ endpoint: proxy.endpoint, patience: { requestMs: 100, attempts: 2 } });
    proxy.inject("hangs", { times: 2 });
    await expect(mapped(list(at), "listing")).rejects.toMatchObject({ name: "TimedOut" });
    expect(proxy.count()).toEqual({ ListTables: 2 });
  });

  test("never asks again when a quota is used up, though the SDK takes it for throttling", async () => {
    const proxy = await faultsBefore(moto());
    const at = moto().place({ endpoint: proxy.endpoint });
    proxy.inject("quota-used-up");
    await expect(mapped(list(at), "listing")).rejects.toMatchObject({ name: "QuotaExceeded" });
    expect(proxy.count()).toEqual({ ListTables: 1 });
  });

  test("asks again with AWS's time when its own clock is wrong", async () => {
    const proxy = await faultsBefore(moto());
    const at = moto().place({ endpoint: proxy.endpoint });
    proxy.inject("clock-skewed", { times: 2 });
    await mapped(list(at), "listing");
    expect(proxy.count()).toEqual({ ListTables: 2 });
  });
});
