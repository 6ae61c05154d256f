import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { S3ArtifactStore } from "../../adapters/aws/artifact-store.ts";
import { FileArtifactStore } from "../../adapters/embedded/artifact-store.ts";
import { sha256 } from "../../core/digest.ts";
import type { ArtifactStore } from "../../core/ports.ts";
import { createBucket, s3 } from "../support/buckets.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { temporaryFolder } from "../support/workspace.ts";

interface Opened {
  readonly store: ArtifactStore;
  /** The same store as another process has it. */
  readonly other: ArtifactStore;
  /** Puts other content in a stored artifact's place. */
  tamper(hash: string, content: string): Promise<void>;
}

describe("artifacts in files", () => {
  cases(async () => {
    const folder = temporaryFolder();
    const store = new FileArtifactStore(folder);
    const tamper = async (hash: string, content: string) => writeFileSync(store.pathOf(hash), content);
    return { store, other: new FileArtifactStore(folder), tamper };
  });
});

describe.skipIf(wireIsMissing)("artifacts in S3", () => {
  const moto = useMoto();
  cases(async () => {
    const place = moto().place();
    const bucket = await createBucket(place);
    const tamper = async (hash: string, content: string) => {
      await s3(place).send(
        new PutObjectCommand({ Bucket: bucket, Key: `artifacts/${hash}`, Body: Buffer.from(content) }),
      );
    };
    const other = new S3ArtifactStore(moto().place(), bucket);
    return { store: new S3ArtifactStore(place, bucket), other, tamper };
  });
});

function cases(open: () => Promise<Opened>): void {
  test("give back, to whoever asks, the bytes that were put under their hash", async () => {
    const { store, other } = await open();
    const content = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 2_000 }));
    await fc.assert(
      fc.asyncProperty(content, async (one) => {
        const bytes = Buffer.from(typeof one === "string" ? new TextEncoder().encode(one) : one);
        expect(await store.put(one)).toEqual({ sha256: sha256(bytes), bytes: bytes.byteLength });
        expect(Buffer.from(await other.get(sha256(bytes))).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("of several megabytes come back whole", async () => {
    const { store } = await open();
    const bytes = randomBytes(5 * 1024 * 1024);
    const { sha256: hash } = await store.put(bytes);
    expect(sha256(await store.get(hash))).toBe(hash);
  });

  test("may be put again and by many at once", async () => {
    const { store, other } = await open();
    const puts = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? store : other).put("the same"));
    expect(new Set((await Promise.all(puts)).map((put) => put.sha256))).toEqual(
      new Set([sha256("the same")]),
    );
    await store.put("the same");
    expect(Buffer.from(await store.get(sha256("the same"))).toString()).toBe("the same");
  });

  test("that nobody put are not found", async () => {
    const { store } = await open();
    await expect(store.get(sha256("never put"))).rejects.toMatchObject({ name: "ArtifactNotFound" });
  });

  test.each(["", "..", "../../etc/passwd", "A".repeat(64), `${"a".repeat(64)}/`, "a".repeat(63)])(
    "are not asked for by %j, which is no hash",
    async (hash) => {
      const { store } = await open();
      await expect(store.get(hash)).rejects.toMatchObject({ name: "ArtifactNotFound" });
    },
  );

  test.each(["other", "", "the artifac"])(
    "whose place %j has taken are told as corrupted",
    async (content) => {
      const { store, tamper } = await open();
      const { sha256: hash } = await store.put("the artifact");
      await tamper(hash, content);
      await expect(store.get(hash)).rejects.toMatchObject({
        name: "ArtifactCorrupted",
        message: expect.stringContaining(hash),
      });
    },
  );
}
