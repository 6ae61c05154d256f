import { expect, test } from "vitest";
import { TableIndex } from "../../../core/memory/table-index.ts";
import type { Remembered } from "../../../core/memory/vector-index.ts";
import type { Table } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import { remembering } from "../../support/memories.ts";
import { AT, minutesAfter } from "../../support/records.ts";
import { memoryTable } from "../../support/tables.ts";

const SPACE = { embedder: "test:words", dimensions: 2 };
const ALL = { limit: 300, least: -1, without: "", timeoutMs: 1_000 };

test("a memory too large to compare whole is searched from the newest on, and says so", async () => {
  const index = new TableIndex(memoryTable(), new TestClock(AT), 200);
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
  const index = new TableIndex(table, clock);
  await index.upsert(SPACE, [{ vector: Float32Array.of(1, 0), remembered: remembering({}) }]);
  clock.advance(400 * 86_400_000);
  expect(table.removeExpired()).toBe(1);
});

test("a search reads what is new, what was written a moment late, and not the whole history again", async () => {
  const table = memoryTable();
  let queries = 0;
  const counted: Table = {
    get: (key) => table.get(key),
    transact: (writes) => table.transact(writes),
    query: (query) => {
      queries++;
      return table.query(query);
    },
  };
  const clock = new TestClock(AT);
  const [index, other] = [new TableIndex(counted, clock), new TableIndex(table, clock)];
  const vector = Float32Array.of(1, 0);
  const entry = (i: number, more: Partial<Remembered> = {}) => ({
    vector,
    remembered: remembering({ id: `e${i}`, at: minutesAfter(i).toISOString(), ...more }),
  });
  const found = async () => {
    queries = 0;
    const { neighbours, complete } = await index.nearest(SPACE, vector, { ...ALL, limit: 1_000 });
    return { ids: neighbours.map(({ remembered }) => remembered.id), complete };
  };

  await other.upsert(
    SPACE,
    Array.from({ length: 450 }, (_, i) => entry(10 * i)),
  );
  expect(await found()).toMatchObject({ complete: true, ids: { length: 450 } });
  expect(queries).toBe(5);
  // One is newer than all, one was begun before others that are known, one takes an old one's place.
  await other.upsert(SPACE, [
    entry(5_000),
    entry(4_321),
    entry(0, { at: minutesAfter(5_001).toISOString(), stack: "renamed" }),
  ]);
  const { ids, complete } = await found();
  expect(queries).toBeLessThanOrEqual(2);
  expect(complete).toBe(true);
  expect(ids).toHaveLength(452);
  expect(ids).toEqual(expect.arrayContaining(["e5000", "e4321", "e0"]));
  clock.advance(400 * 86_400_000);
  expect((await found()).ids).toEqual([]);
});

test("a table has one index in a process, whoever asks", () => {
  const [one, other] = [memoryTable(), memoryTable()];
  const clock = new TestClock(AT);
  expect(TableIndex.of(one, clock)).toBe(TableIndex.of(one, clock));
  expect(TableIndex.of(one, clock)).not.toBe(TableIndex.of(other, clock));
});
