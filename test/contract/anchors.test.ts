import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { FileAnchorStore } from "../../adapters/embedded/anchor-store.ts";
import { sha256 } from "../../core/digest.ts";
import type { AnchorStore } from "../../core/ports.ts";
import type { Anchor } from "../../core/timeline/verify.ts";
import { createBucket } from "../support/buckets.ts";
import { TestClock } from "../support/clock.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { AT } from "../support/records.ts";
import { temporaryFolder } from "../support/workspace.ts";

/** Two ways into one empty store. */
type Open = () => Promise<readonly [AnchorStore, AnchorStore]>;

describe("anchors in a file", () => {
  cases(async () => {
    const file = join(temporaryFolder(), "anchors.jsonl");
    return [new FileAnchorStore(file), new FileAnchorStore(file)];
  });
});

describe.skipIf(wireIsMissing)("anchors in S3", () => {
  const moto = useMoto();
  cases(async () => {
    const bucket = await createBucket(moto().place());
    const open = () => new S3AnchorStore(moto().place(), bucket, 365, new TestClock());
    return [open(), open()];
  });
});

function cases(open: Open): void {
  test("are none at first", async () => {
    const [store] = await open();
    expect(await store.all()).toEqual([]);
  });

  test("are all there for whoever asks, whatever the chain is called and the order they came in", async () => {
    const name = fc.oneof(fc.constantFrom("workspace", "exec_1", "a/b", "..", "é#%2F 😀", "a%b"), fc.uuid());
    const anchor = fc.record({
      chain: name,
      seq: fc.integer({ min: 1, max: 999_999_999_999 }),
      hash: hashes,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anchor, { maxLength: 8 }), async (anchors) => {
        const [store, other] = await open();
        for (const one of anchors) await store.append({ ...one, at: AT });
        expect(distinct(await other.all())).toEqual(distinct(anchors));
      }),
      { numRuns: 20 },
    );
  });

  test("of one chain stand in the order of their events", async () => {
    const [store] = await open();
    for (const seq of [1, 2, 9, 10, 11, 100]) await store.append(anchorOf("exec_1", seq));
    expect((await store.all()).map(({ seq }) => seq)).toEqual([1, 2, 9, 10, 11, 100]);
  });

  test("that are delivered twice stand for one", async () => {
    const [store, other] = await open();
    const both = await Promise.allSettled([store.append(anchorOf("a", 1)), other.append(anchorOf("a", 1))]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(distinct(await store.all())).toEqual(distinct([anchorOf("a", 1)]));
  });

  test("of two stories about one event are both kept: that is what they are for", async () => {
    const [store] = await open();
    await store.append({ ...anchorOf("a", 1), hash: sha256("one") });
    await store.append({ ...anchorOf("a", 1), hash: sha256("other") });
    expect(await store.all()).toHaveLength(2);
  });

  test("of more chains than a page of S3 holds are all found", async () => {
    const [store, other] = await open();
    const many = Array.from({ length: 250 }, (_, i) => anchorOf(`exec_${i}`, 1));
    for (const one of many) await store.append(one);
    expect(distinct(await other.all())).toEqual(distinct(many));
  });
}

const hashes = fc.nat().map((n) => sha256(String(n)));

function anchorOf(chain: string, seq: number) {
  return { chain, seq, hash: sha256(`${chain} ${seq}`), at: AT };
}

/** As what they say, in no order and once each. */
function distinct(anchors: readonly Anchor[]): string[] {
  return [...new Set(anchors.map(({ chain, seq, hash }) => JSON.stringify([chain, seq, hash])))].toSorted();
}
