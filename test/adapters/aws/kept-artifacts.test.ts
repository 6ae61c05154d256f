import { expect, test } from "vitest";
import { KeptArtifacts } from "../../../adapters/aws/kept-artifacts.ts";
import { sha256 } from "../../../core/digest.ts";
import type { ArtifactStore } from "../../../core/ports.ts";

/** A store that tells what it was asked for. */
function store(): ArtifactStore & { readonly reads: string[]; pathOf(hash: string): string } {
  const contents = new Map<string, Uint8Array>();
  const reads: string[] = [];
  return {
    reads,
    pathOf: (hash) => hash,
    put: async (content) => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      contents.set(sha256(bytes), bytes);
      return { sha256: sha256(bytes), bytes: bytes.byteLength };
    },
    get: async (hash) => {
      const content = contents.get(hash);
      reads.push(hash);
      if (!content) throw new Error(`there is no ${hash}`);
      return content;
    },
  };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("what was put or read before is not read again", async () => {
  const behind = store();
  const [{ sha256: other }, kept] = [await behind.put("other"), new KeptArtifacts(behind)];
  const { sha256: own } = await kept.put("own");
  for (const _ of [1, 2])
    expect([text(await kept.get(own)), text(await kept.get(other))]).toEqual(["own", "other"]);
  expect(behind.reads).toEqual([other]);
});

test("what is written on a content that was read changes nothing for the next reader", async () => {
  const kept = new KeptArtifacts(store());
  const given = new TextEncoder().encode("content");
  const { sha256: hash } = await kept.put(given);
  given.fill(0);
  (await kept.get(hash)).fill(0);
  expect(text(await kept.get(hash))).toBe("content");
});

test("no more is kept than there is room for, and the oldest goes first", async () => {
  const behind = store();
  const kept = new KeptArtifacts(behind, 10);
  const hashes: string[] = [];
  for (const content of ["aaaa", "bbbb"]) hashes.push((await kept.put(content)).sha256);
  await kept.get(hashes[0]!);
  const { sha256: newest } = await kept.put("cccc");
  for (const hash of [newest, ...hashes]) await kept.get(hash);
  expect(behind.reads).toEqual([hashes[1]]);
  const { sha256: large } = await kept.put("d".repeat(11));
  await kept.get(large);
  expect(behind.reads).toEqual([hashes[1], large]);
});

test("what is not there is asked for each time", async () => {
  const behind = store();
  const kept = new KeptArtifacts(behind);
  for (const _ of [1, 2]) await expect(kept.get(sha256("x"))).rejects.toThrow("there is no");
  expect(behind.reads).toHaveLength(2);
});
