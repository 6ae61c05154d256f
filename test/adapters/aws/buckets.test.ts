import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { S3AnchorStore } from "../../../adapters/aws/anchor-store.ts";
import { S3ArtifactStore } from "../../../adapters/aws/artifact-store.ts";
import { ownPlace } from "../../../adapters/aws/caller.ts";
import { templateSource } from "../../../adapters/aws/cloud/template-source.ts";
import { sha256 } from "../../../core/digest.ts";
import { createBucket, s3 } from "../../support/buckets.ts";
import { TestClock } from "../../support/clock.ts";
import type { Fault, FaultProxy } from "../../support/fault-proxy.ts";
import { describeWire, faultsBefore } from "../../support/moto.ts";
import type { Moto } from "../../support/moto-server.ts";
import { AT } from "../../support/records.ts";

const PASSING = [
  "throttled",
  "error-500",
  "hangs",
  "response-lost",
  "response-cut",
  "response-stalls",
] as const satisfies Fault[];

const patience = { connectionMs: 1_000, requestMs: 500, attempts: 3 };
const anchor = { chain: "exec_1", seq: 7, hash: sha256("event 7"), at: AT };

interface Bench {
  readonly proxy: FaultProxy;
  readonly bucket: string;
  readonly artifacts: S3ArtifactStore;
  readonly anchors: S3AnchorStore;
  /** Keys of everything in the bucket, each version once. */
  stored(): Promise<string[]>;
}

async function bench(moto: Moto): Promise<Bench> {
  const proxy = await faultsBefore(moto);
  const bucket = await createBucket(moto.place());
  const place = moto.place({ endpoint: proxy.endpoint, patience });
  return {
    proxy,
    bucket,
    artifacts: new S3ArtifactStore(place, bucket),
    anchors: new S3AnchorStore(place, bucket, 30, new TestClock(AT)),
    stored: async () => {
      const { Versions = [] } = await s3(moto.place()).send(
        new ListObjectVersionsCommand({ Bucket: bucket }),
      );
      return Versions.map(({ Key = "" }) => Key);
    },
  };
}

describeWire("artifacts and anchors in S3", (moto) => {
  test("cost one call each to write, one to read, and one a page to list", async () => {
    const { proxy, artifacts, anchors } = await bench(moto());
    const { sha256: hash } = await artifacts.put("content");
    await artifacts.get(hash);
    await anchors.append(anchor);
    await anchors.all();
    expect(proxy.count()).toEqual({ "PUT object": 2, "GET object": 1, "GET bucket versions": 1 });
  });

  test("an artifact carries its own hash as S3's checksum", async () => {
    const { bucket, artifacts } = await bench(moto());
    const { sha256: hash } = await artifacts.put("content");
    const head = new HeadObjectCommand({ Bucket: bucket, Key: `artifacts/${hash}`, ChecksumMode: "ENABLED" });
    const { ChecksumSHA256 } = await s3(moto().place()).send(head);
    expect(Buffer.from(ChecksumSHA256 ?? "", "base64").toString("hex")).toBe(hash);
  });

  test("an anchor is locked in governance mode for its time", async () => {
    const { bucket, anchors, stored } = await bench(moto());
    await anchors.append(anchor);
    const [key] = await stored();
    expect(key).toBe(`anchors/exec_1/000000000007-${anchor.hash}`);
    const head = await s3(moto().place()).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    expect(head.ObjectLockMode).toBe("GOVERNANCE");
    expect(head.ObjectLockRetainUntilDate).toEqual(new Date("2026-02-04T09:00:00.000Z"));
  });

  test("an anchor that somebody deleted or wrote over is still there", async () => {
    const { bucket, anchors, stored } = await bench(moto());
    await anchors.append(anchor);
    const [key] = await stored();
    const client = s3(moto().place());
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from("{}") }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const { chain, seq, hash } = anchor;
    expect(await anchors.all()).toEqual([{ chain, seq, hash }]);
  });

  test("an anchor's own version cannot be deleted before its time", async () => {
    const { bucket } = await bench(moto());
    await new S3AnchorStore(moto().place(), bucket, 1, { now: () => new Date() }).append(anchor);
    const client = s3(moto().place());
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const [{ Key, VersionId } = {}] = Versions;
    const removal = client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    await expect(removal).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("what lies among the anchors and is none is passed over", async () => {
    const { bucket, anchors } = await bench(moto());
    for (const key of ["anchors/x", "anchors/exec_1/7-abc", `anchors/exec_1/${anchor.hash}`]) {
      await s3(moto().place()).send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from("{}") }),
      );
    }
    expect(await anchors.all()).toEqual([]);
  });

  test("a bucket that vanished is told by its name, however it is met", async () => {
    const { bucket, artifacts, anchors } = await bench(moto());
    await s3(moto().place()).send(new DeleteBucketCommand({ Bucket: bucket }));
    const told = { name: "ResourceMissing", message: expect.stringContaining(`the bucket ${bucket}`) };
    await expect(artifacts.put("content")).rejects.toMatchObject(told);
    await expect(artifacts.get(sha256("content"))).rejects.toMatchObject(told);
    await expect(anchors.append(anchor)).rejects.toMatchObject(told);
    await expect(anchors.all()).rejects.toMatchObject(told);
  });

  test("two writers of one object at the same moment both find it stored", async () => {
    const { proxy, artifacts, stored } = await bench(moto());
    const conflict = { status: 409, code: "ConditionalRequestConflict", message: "…" };
    proxy.inject(conflict, { times: 2 });
    await artifacts.put("content");
    expect(await stored()).toHaveLength(1);
    proxy.inject(conflict, { times: 100 });
    await expect(artifacts.put("more")).rejects.toMatchObject({ name: "Unavailable" });
  });
});

describeWire("buckets of our own account", (moto) => {
  /** moto's account of whoever has not assumed a role. */
  const OURS = "123456789012";
  const THEIRS = "999999999999";

  async function storesIn(account: string) {
    const bucket = await createBucket(moto().place());
    const place = moto().place({ account: async () => account });
    const target = { environment: "dev", account: OURS, region: "eu-west-1" } as const;
    const at = { target, place, clock: new TestClock(AT) };
    return {
      bucket,
      artifacts: new S3ArtifactStore(place, bucket),
      anchors: new S3AnchorStore(place, bucket, 30, new TestClock(AT)),
      template: () => templateSource(at, " ".repeat(60_000), { bucket, prefix: "templates/" }),
    };
  }

  test("are written and read", async () => {
    const { artifacts, anchors, template } = await storesIn(OURS);
    const { sha256: hash } = await artifacts.put("content");
    expect(Buffer.from(await artifacts.get(hash)).toString()).toBe("content");
    await anchors.append(anchor);
    expect(await anchors.all()).toHaveLength(1);
    expect(await template()).toHaveProperty("TemplateURL");
  });

  test("are told from another account's by the same name, which gets and gives nothing", async () => {
    const { bucket, artifacts, anchors, template } = await storesIn(THEIRS);
    const told = {
      name: "AccessDenied",
      message: expect.stringMatching(new RegExp(`^the bucket ${bucket}: .+ is not of account ${THEIRS}`)),
    };
    await expect(artifacts.put("content")).rejects.toMatchObject(told);
    await expect(artifacts.get(sha256("content"))).rejects.toMatchObject(told);
    await expect(anchors.append(anchor)).rejects.toMatchObject(told);
    await expect(anchors.all()).rejects.toMatchObject(told);
    await expect(template()).rejects.toMatchObject({ name: "CloudAccessDenied" });
    const found = await s3(moto().place()).send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(found.Versions ?? []).toEqual([]);
  });

  test("are known by one question to STS, which is asked again only when no answer came", async () => {
    const { proxy, bucket } = await bench(moto());
    const place = ownPlace(moto().place({ endpoint: proxy.endpoint, patience }));
    const artifacts = new S3ArtifactStore(place, bucket);
    proxy.inject("error-500", { times: 3, on: "GetCallerIdentity" });
    await expect(artifacts.put("content")).rejects.toMatchObject({
      name: "Unavailable",
      message: expect.stringMatching(/^asking STS who we are: /),
    });
    proxy.count();
    const { sha256: hash } = await artifacts.put("content");
    await artifacts.get(hash);
    expect(proxy.count()).toEqual({ GetCallerIdentity: 1, "PUT object": 1, "GET object": 1 });
  });
});

describeWire("S3, when the network or AWS fails", (moto) => {
  test.each(PASSING)(
    "%s, met once: what is written is there once, and what is read is whole",
    async (fault) => {
      const { proxy, artifacts, anchors, stored } = await bench(moto());
      const content = "content ".repeat(5_000);
      for (const on of ["PUT object", "GET object"]) proxy.inject(fault, { on });
      const { sha256: hash } = await artifacts.put(content);
      expect(Buffer.from(await artifacts.get(hash)).toString()).toBe(content);
      for (const on of ["PUT object", "GET bucket versions"]) proxy.inject(fault, { on });
      await anchors.append(anchor);
      expect(await anchors.all()).toHaveLength(1);
      expect(await stored()).toHaveLength(2);
    },
  );

  test.each(PASSING)("%s, met time and again, is told as trouble that may pass", async (fault) => {
    const { proxy, artifacts, stored } = await bench(moto());
    proxy.inject(fault, { times: 100 });
    await expect(artifacts.put("content")).rejects.toMatchObject({
      name: "Unavailable",
      message: expect.stringMatching(/^the bucket .+: storing artifacts\/.+3 times in a row/),
    });
    expect(await stored()).toHaveLength(fault.startsWith("response") ? 1 : 0);
    proxy.calm();
    await artifacts.put("content");
    expect(await stored()).toHaveLength(1);
  });

  test("an answer that is cut or stalls again and again is no artifact", async () => {
    for (const fault of ["response-cut", "response-stalls"] as const) {
      const { proxy, artifacts } = await bench(moto());
      const { sha256: hash } = await artifacts.put("content ".repeat(5_000));
      proxy.inject(fault, { times: 100, on: "GET object" });
      const name = "Unavailable";
      await expect(artifacts.get(hash)).rejects.toMatchObject({ name });
      expect(proxy.count()["GET object"]).toBe(3);
    }
  });

  describe.each([
    ["credentials-expired", "CredentialsExpired"],
    ["access-denied", "AccessDenied"],
  ] as const)("%s", (fault, name) => {
    test(`is told as ${name} at once, with nothing written`, async () => {
      const { proxy, artifacts, anchors, stored } = await bench(moto());
      proxy.inject(fault, { times: 100 });
      const calls = [
        () => artifacts.put("content"),
        () => artifacts.get(sha256("content")),
        () => anchors.append(anchor),
        () => anchors.all(),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ name });
      expect(proxy.calls).toHaveLength(calls.length);
      expect(await stored()).toEqual([]);
    });
  });

  test("a wrong clock is put right on the way", async () => {
    const { proxy, artifacts, stored } = await bench(moto());
    proxy.inject("clock-skewed", { times: 100 });
    await artifacts.put("content");
    expect(await stored()).toHaveLength(1);
  });
});
