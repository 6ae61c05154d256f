import { expect, test } from "vitest";
import { TableIndex } from "../../../core/memory/table-index.ts";
import { TestClock } from "../../support/clock.ts";
import { remembering } from "../../support/memories.ts";
import { minutesAfter } from "../../support/records.ts";
import { memoryTable } from "../../support/tables.ts";

const SPACE = { embedder: "test:words", dimensions: 2 };
const ALL = { limit: 300, least: -1, without: "", timeoutMs: 1_000 };

test("a memory too large to compare whole is searched from the newest on, and says so", async () => {
  const index = new TableIndex(memoryTable(), 200);
  const vector = Float32Array.of(1, 0);
  const entries = Array.from({ length: 250 }, (_, i) => ({
    vector,
    remembered: remembering({ id: `e${i}`, at: minutesAfter(i).toISOString() }),
  }));
  await index.upsert(SPACE, entries.toReversed());
  const { neighbours, complete } = await index.nearest(SPACE, vector, ALL);
  expect(complete).toBe(false);
  expect(new Set(neighbours.map(({ remembered }) => remembered.id))).toEqual(
    new Set(entries.slice(50).map(({ remembered }) => remembered.id)),
  );
});

test("what has expired takes no room in the table", async () => {
  const clock = new TestClock();
  const table = memoryTable(clock);
  const index = new TableIndex(table);
  await index.upsert(SPACE, [{ vector: Float32Array.of(1, 0), remembered: remembering({}) }]);
  clock.advance(400 * 86_400_000);
  expect(table.removeExpired()).toBe(1);
});
