import { describe, expect, test } from "vitest";
import { NOTHING } from "../../../core/budget/amounts.ts";
import { meterOn } from "../../../core/budget/meter.ts";
import { spaceOf } from "../../../core/memory/embedder.ts";
import { hashingEmbedder } from "../../../core/memory/hashing-embedder.ts";
import { recollect } from "../../../core/memory/recollect.ts";
import { TableIndex } from "../../../core/memory/table-index.ts";
import type { Remembered } from "../../../core/memory/vector-index.ts";
import { TableError } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import { homeWith } from "../../support/executions.ts";
import { remembering } from "../../support/memories.ts";

const ASKED = { text: "photos in a bucket", limit: 3, executionId: "exec_1" };

/** A workspace with one thing remembered, whose artifact says this. */
async function withMemory(content: string | object, more: Partial<Remembered> = {}) {
  const home = await homeWith();
  const { table, artifacts } = home.world;
  const stored = await artifacts.put(typeof content === "string" ? content : JSON.stringify(content));
  const artifact = { name: "plan.json", kind: "PlanSpec", ...stored };
  const clock = new TestClock();
  const index = new TableIndex(table, clock);
  const { vectors } = await hashingEmbedder.embed([ASKED.text], 1_000);
  const remembered = remembering({ artifact, ...more });
  await index.upsert(spaceOf(hashingEmbedder, vectors[0]!), [{ remembered, vector: vectors[0]! }]);
  const reserved = { tokens: 1_000, milliseconds: 60_000, microUsd: 1_000 };
  const meter = meterOn(reserved, { spent: NOTHING }, () => clock.now());
  const means = { embedder: hashingEmbedder, index, meter };
  return { means, artifacts, clock, remembered };
}

describe("what is recollected", () => {
  test("says what its artifact says", async () => {
    const { means, artifacts, remembered } = await withMemory({ summary: "photos in dev: a bucket" });
    const { precedents, note } = await recollect(means, artifacts, ASKED);
    expect(precedents).toMatchObject([
      { summary: "photos in dev: a bucket", similarity: 1, executionId: remembered.executionId },
    ]);
    expect(note).toBeUndefined();
  });

  test("of a runbook is its heading", async () => {
    const { means, artifacts } = await withMemory("# Runbook: photos in dev\n\ntext", { kind: "runbook" });
    expect((await recollect(means, artifacts, ASKED)).precedents).toMatchObject([
      { summary: "Runbook: photos in dev" },
    ]);
  });

  test("holds no credential, though its artifact did before anybody knew such", async () => {
    const { means, artifacts } = await withMemory({ summary: "with AKIAIOSFODNN7EXAMPLE" });
    const { precedents } = await recollect(means, artifacts, ASKED);
    expect(precedents).toMatchObject([{ summary: "with [redacted]" }]);
  });

  test.each<[string, string | object, Partial<Remembered>]>([
    ["is no JSON", "nope", {}],
    ["has no summary", { title: "x" }, {}],
    ["has a summary that is no text", { summary: { text: "x" } }, {}],
    ["is a document without a heading", "text", { kind: "runbook" }],
    [
      "is not there",
      "x",
      { artifact: { name: "plan.json", kind: "PlanSpec", sha256: "0".repeat(64), bytes: 1 } },
    ],
  ])("leaves out what an index points at whose artifact %s, and says so", async (_what, content, more) => {
    const { means, artifacts } = await withMemory(content, more);
    expect(await recollect(means, artifacts, ASKED)).toMatchObject({
      precedents: [],
      note: "an entry whose artifact cannot be read was left out",
    });
  });

  test("is nothing of the asking execution's own", async () => {
    const { means, artifacts } = await withMemory({ summary: "x" }, { executionId: "exec_1" });
    expect((await recollect(means, artifacts, ASKED)).precedents).toEqual([]);
  });

  test("is nothing when no time is left for it", async () => {
    const { means, artifacts, clock } = await withMemory({ summary: "x" });
    clock.advance(60_000);
    expect(await recollect(means, artifacts, ASKED)).toMatchObject({
      precedents: [],
      note: "no time is left for it",
    });
  });

  test("is compared by a text without credentials", async () => {
    const { means, artifacts } = await withMemory({ summary: "x" });
    const texts: string[] = [];
    const listening = {
      ...hashingEmbedder,
      embed: (given: readonly string[], timeoutMs: number) => {
        texts.push(...given);
        return hashingEmbedder.embed(given, timeoutMs);
      },
    };
    await recollect({ ...means, embedder: listening }, artifacts, { ...ASKED, text: "AKIAIOSFODNN7EXAMPLE" });
    expect(texts).toEqual(["[redacted]"]);
  });
});

test("a workspace whose own table fails is no matter of memory: the agent fails as with any of its rows", async () => {
  const { means, artifacts } = await withMemory({ summary: "x" });
  const gone = new TableError("Unavailable", "the disk is gone");
  const index = { ...means.index, nearest: () => Promise.reject(gone) } as unknown as TableIndex;
  await expect(recollect({ ...means, index }, artifacts, ASKED)).rejects.toBe(gone);
});
