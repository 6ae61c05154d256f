import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRANSACTION_LIMIT } from "../../core/table/limits.ts";
import type { Item, Key, Query, Table, Write } from "../../core/table/table.ts";
import { TestClock } from "../support/clock.ts";
import { dynamoTables } from "../support/dynamo-tables.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { memoryTable, sharedTables } from "../support/tables.ts";

const moto = useMoto();

interface Adapter {
  readonly name: string;
  readonly missing?: boolean;
  /** An empty table. */
  emptyTable(clock: TestClock): Promise<Table>;
  /** Several ways into one empty table, as several processes have them. */
  share(clock: TestClock, count: number): Promise<readonly Table[]>;
}

const ADAPTERS: readonly Adapter[] = [
  {
    name: "SQLite",
    emptyTable: async (clock) => memoryTable(clock),
    share: async (clock, count) => sharedTables(count, clock),
  },
  {
    name: "DynamoDB",
    missing: wireIsMissing,
    emptyTable: async (clock) => (await dynamoTables(moto(), 1, clock))[0]!,
    share: async (clock, count) => await dynamoTables(moto(), count, clock),
  },
];

const put = (pk: string, sk: string, value: number, more: object = {}): Write => ({
  put: { pk, sk, attributes: { value }, ...more },
  expect: "absent",
});

for (const { name, missing = false, emptyTable, share } of ADAPTERS)
  describe.skipIf(missing)(`the table on ${name}`, () => {
    test("gives back what was put, and nothing where nothing was", async () => {
      const table = await emptyTable(new TestClock());
      const attributes = { text: "é😀\u0000", number: -1.5, list: [null, true], deep: { a: { b: {} } } };
      const keys = { index1: { pk: "I", sk: "1" }, index2: { pk: "J", sk: "2" }, expiresAt: 4_102_444_800 };
      await table.transact([{ put: { pk: "A", sk: "1", attributes, ...keys }, expect: "absent" }]);
      expect(await table.get({ pk: "A", sk: "1" })).toEqual({
        pk: "A",
        sk: "1",
        attributes,
        version: 1,
        ...keys,
      });
      expect(await table.get({ pk: "A", sk: "2" })).toBeUndefined();
    });

    test("counts the writes of a row, from 1 again after it was removed", async () => {
      const table = await emptyTable(new TestClock());
      const row = { pk: "A", sk: "1", attributes: {} };
      const versions: (number | undefined)[] = [];
      for (const write of [
        { put: row, expect: "absent" },
        { put: row, expect: 1 },
        { put: row, expect: 2 },
        { remove: row, expect: 3 },
        { put: row, expect: "absent" },
      ] as const) {
        await table.transact([write]);
        versions.push((await table.get(row))?.version);
      }
      expect(versions).toEqual([1, 2, 3, undefined, 1]);
    });

    test.each<[string, (held: Key) => Write]>([
      ["a put that expects nothing", (held) => ({ put: { ...held, attributes: {} }, expect: "absent" })],
      ["a put that expects an older version", (held) => ({ put: { ...held, attributes: {} }, expect: 1 })],
      ["a put that expects a later version", (held) => ({ put: { ...held, attributes: {} }, expect: 3 })],
      ["a put where nothing is", () => ({ put: { pk: "A", sk: "none", attributes: {} }, expect: 1 })],
      ["a removal of an older version", (held) => ({ remove: held, expect: 1 })],
      ["a removal of nothing", () => ({ remove: { pk: "A", sk: "none" }, expect: 1 })],
      ["a check for nothing", (held) => ({ check: held, expect: "absent" })],
      ["a check of an older version", (held) => ({ check: held, expect: 1 })],
      ["a check of something that is not there", () => ({ check: { pk: "A", sk: "none" }, expect: 1 })],
    ])("refuses %s, and all that was to go with it", async (_what, write) => {
      const table = await emptyTable(new TestClock());
      const held = { pk: "A", sk: "held" };
      await table.transact([{ put: { ...held, attributes: { value: 1 } }, expect: "absent" }]);
      await table.transact([{ put: { ...held, attributes: { value: 2 } }, expect: 1 }]);
      for (const writes of [
        [put("A", "other", 1), write(held)],
        [write(held), put("A", "other", 1)],
      ]) {
        await expect(table.transact(writes)).rejects.toMatchObject({ name: "Conflict" });
        expect(await table.get({ pk: "A", sk: "other" })).toBeUndefined();
        expect((await table.get(held))?.attributes).toEqual({ value: 2 });
      }
    });

    test("checks without writing", async () => {
      const table = await emptyTable(new TestClock());
      await table.transact([put("A", "1", 1)]);
      await table.transact([
        { check: { pk: "A", sk: "1" }, expect: 1 },
        { check: { pk: "A", sk: "2" }, expect: "absent" },
      ]);
      expect((await table.get({ pk: "A", sk: "1" }))?.version).toBe(1);
    });

    test("takes as many writes together as DynamoDB does, and not one more", async () => {
      const table = await emptyTable(new TestClock());
      const writes = (count: number) => Array.from({ length: count }, (_, i) => put("A", String(i), i));
      await expect(table.transact(writes(TRANSACTION_LIMIT + 1))).rejects.toMatchObject({ name: "TooLarge" });
      expect(await table.get({ pk: "A", sk: "0" })).toBeUndefined();
      await table.transact(writes(TRANSACTION_LIMIT));
      expect((await table.query({ pk: "A", limit: 200 })).items).toHaveLength(TRANSACTION_LIMIT);
    });

    test("no longer shows a row that has expired, and lets its place be taken", async () => {
      const clock = new TestClock("2026-01-01T00:00:00.000Z");
      const table = await emptyTable(clock);
      const expiresAt = clock.now().getTime() / 1000 + 60;
      const index1 = { pk: "I", sk: "1" };
      await table.transact([put("A", "1", 1, { expiresAt, index1 })]);
      clock.advance(59_999);
      expect((await table.get({ pk: "A", sk: "1" }))?.version).toBe(1);
      clock.advance(1);
      expect(await table.get({ pk: "A", sk: "1" })).toBeUndefined();
      expect((await table.query({ pk: "A", limit: 10 })).items).toEqual([]);
      expect((await table.query({ index: "index1", pk: "I", limit: 10 })).items).toEqual([]);
      await expect(table.transact([{ remove: { pk: "A", sk: "1" }, expect: 1 }])).rejects.toThrow();
      await table.transact([put("A", "1", 2)]);
      expect(await table.get({ pk: "A", sk: "1" })).toMatchObject({ version: 1, attributes: { value: 2 } });
    });

    test("moves a row in an index when its keys there change, and takes it out when they go", async () => {
      const table = await emptyTable(new TestClock());
      const listed = async (pk: string) =>
        (await table.query({ index: "index1", pk, limit: 10 })).items.map(({ sk }) => sk);
      await table.transact([put("A", "1", 1, { index1: { pk: "open", sk: "x" } })]);
      expect(await listed("open")).toEqual(["1"]);
      const row = { pk: "A", sk: "1", attributes: {} };
      await table.transact([{ put: { ...row, index1: { pk: "done", sk: "x" } }, expect: 1 }]);
      expect([await listed("open"), await listed("done")]).toEqual([[], ["1"]]);
      await table.transact([{ put: row, expect: 2 }]);
      expect([await listed("open"), await listed("done")]).toEqual([[], []]);
    });

    test("finds by the beginning of the sort key literally, whatever characters it has", async () => {
      const table = await emptyTable(new TestClock());
      const keys = ["GATE#1", "GATE#", "GATE", "gate#1", "GATE%1", "GATE_1", "GATF#1", "GATE#é"];
      await table.transact(keys.map((sk, i) => put("A", sk, i)));
      const found = (await table.query({ pk: "A", prefix: "GATE#", limit: 10 })).items.map(({ sk }) => sk);
      expect(found).toEqual(["GATE#", "GATE#1", "GATE#é"]);
      expect((await table.query({ pk: "A", prefix: "GATE%", limit: 10 })).items).toHaveLength(1);
    });

    test("keeps the lists of different partition keys apart", async () => {
      const table = await emptyTable(new TestClock());
      await table.transact([put("A", "1", 1), put("A#", "2", 2), put("a", "3", 3)]);
      expect((await table.query({ pk: "A", limit: 10 })).items.map(({ sk }) => sk)).toEqual(["1"]);
    });

    test("gives every item once in the order of the sort keys' bytes, both ways, page by page", async () => {
      await fc.assert(
        fc.asyncProperty(listing, async ({ rows, limit, index, newestFirst, prefix }) => {
          const table = await emptyTable(new TestClock());
          await fill(table, rows);
          const query = { pk: "P", limit, newestFirst, prefix, ...(index ? { index } : {}) } as const;
          const found = await pages(table, query);
          const position = (item: Item) => (index ? item[index]!.sk : item.sk);
          const expected = rows
            .filter((row) => (index ? row[index] : row)?.pk === "P")
            .filter((row) => (index ? row[index]! : row).sk.startsWith(prefix));
          expect(found.map(identity).toSorted()).toEqual(expected.map(identity).toSorted());
          const positions = found.map(position);
          const ordered = positions.toSorted(byBytes);
          expect(positions).toEqual(newestFirst ? ordered.toReversed() : ordered);
        }),
        { numRuns: 150 },
      );
    });

    test("gives only what lies beyond a sort key, both ways", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(sortKey, { maxLength: 12 }),
          sortKey,
          fc.boolean(),
          async (keys, after, newestFirst) => {
            const table = await emptyTable(new TestClock());
            await fill(
              table,
              keys.map((sk) => ({ pk: "P", sk })),
            );
            const found = await pages(table, { pk: "P", limit: 3, after, newestFirst });
            const beyond = keys.filter((sk) =>
              newestFirst ? byBytes(sk, after) < 0 : byBytes(sk, after) > 0,
            );
            expect(found.map(({ sk }) => sk).toSorted(byBytes)).toEqual(beyond.toSorted(byBytes));
          },
        ),
      );
    });

    test("misses and repeats nothing that stays while others come and go between pages", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(sortKey, { minLength: 6, maxLength: 14 }),
          fc.uniqueArray(sortKey, { maxLength: 6 }),
          fc.integer({ min: 1, max: 3 }),
          async (keys, others, limit) => {
            const staying = keys.filter((sk) => !others.includes(sk));
            const table = await emptyTable(new TestClock());
            await fill(
              table,
              staying.map((sk) => ({ pk: "P", sk })),
            );
            const found: string[] = [];
            let cursor: string | undefined;
            const coming = [...others];
            do {
              const page = await table.query({ pk: "P", limit, ...(cursor ? { cursor } : {}) });
              found.push(...page.items.map(({ sk }) => sk));
              const sk = coming.pop();
              if (sk !== undefined) await table.transact([put("P", sk, 0)]);
              cursor = page.cursor;
            } while (cursor);
            expect(found.filter((sk) => staying.includes(sk)).toSorted(byBytes)).toEqual(
              staying.toSorted(byBytes),
            );
          },
        ),
        { numRuns: 60 },
      );
    });

    test("ends a list that ends with its page without a cursor", async () => {
      const table = await emptyTable(new TestClock());
      await table.transact([put("P", "1", 1), put("P", "2", 2)]);
      expect((await table.query({ pk: "P", limit: 2 })).cursor).toBeUndefined();
      expect((await table.query({ pk: "P", limit: 1 })).cursor).toBeDefined();
      expect(await table.query({ pk: "nobody", limit: 1 })).toEqual({ items: [] });
    });

    test("refuses as a cursor whatever is none of its own", async () => {
      const table = await emptyTable(new TestClock());
      await table.transact([put("P", "1", 1, { index1: { pk: "P", sk: "1" } }), put("P", "2", 2)]);
      const ofTheTable = (await table.query({ pk: "P", limit: 1 })).cursor!;
      const garbage = fc.oneof(fc.string(), fc.base64String(), fc.constant("e30"), fc.constant("W10"));
      await fc.assert(
        fc.asyncProperty(garbage, async (cursor) => {
          await expect(table.query({ pk: "P", limit: 1, cursor })).rejects.toMatchObject({
            name: "InvalidCursor",
          });
        }),
      );
      await expect(
        table.query({ index: "index1", pk: "P", limit: 1, cursor: ofTheTable }),
      ).rejects.toMatchObject({
        name: "InvalidCursor",
      });
    });

    test("of many who write one version, one wins, whichever way they came in", async () => {
      const tables = await share(new TestClock(), 4);
      const row = { pk: "A", sk: "1" };
      await tables[0]!.transact([{ put: { ...row, attributes: { by: "nobody" } }, expect: "absent" }]);
      const tries = Array.from({ length: 40 }, (_, by) =>
        tables[by % tables.length]!.transact([{ put: { ...row, attributes: { by } }, expect: 1 }]),
      );
      const settled = await Promise.allSettled(tries);
      const winners = settled.flatMap(({ status }, by) => (status === "fulfilled" ? [by] : []));
      expect(winners).toHaveLength(1);
      for (const table of tables) {
        expect(await table.get(row)).toMatchObject({ version: 2, attributes: { by: winners[0] } });
      }
      for (const one of settled) {
        if (one.status === "rejected") expect(one.reason).toMatchObject({ name: "Conflict" });
      }
    });
  });

/** Text that has fooled an order or an encoding before. */
const sortKey = fc
  .array(fc.constantFrom("a", "A", "b", "#", "0", "9", "é", "\uffef", "😀", "%", "_", "'", "~"), {
    maxLength: 4,
  })
  .map((parts) => `k${parts.join("")}`);

type Row = Key & { readonly index1?: Key; readonly index2?: Key };

const partition = fc.constantFrom("P", "P", "P", "Q");

const listing = fc.record({
  rows: fc.uniqueArray(
    fc.record(
      {
        pk: partition,
        sk: sortKey,
        index1: fc.record({ pk: partition, sk: sortKey }),
        index2: fc.record({ pk: partition, sk: sortKey }),
      },
      { requiredKeys: ["pk", "sk"] },
    ) as fc.Arbitrary<Row>,
    { maxLength: 25, selector: ({ pk, sk }) => `${pk} ${sk}` },
  ),
  limit: fc.integer({ min: 1, max: 7 }),
  index: fc.constantFrom(undefined, "index1" as const, "index2" as const),
  newestFirst: fc.boolean(),
  prefix: fc.constantFrom("", "k", "ka", "k#", "k😀"),
});

async function fill(table: Table, rows: readonly Row[]): Promise<void> {
  await table.transact(rows.map((row) => ({ put: { ...row, attributes: {} }, expect: "absent" })));
}

async function pages(table: Table, query: Query): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.query({ ...query, ...(cursor ? { cursor } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor);
  return found;
}

const identity = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** UTF-8, as both homes order keys; JavaScript's own order is another one. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
