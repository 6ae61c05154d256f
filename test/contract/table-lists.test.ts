import fc from "fast-check";
import { expect, test } from "vitest";
import type { Item, Key, Query, Table } from "../../core/table/table.ts";
import { TestClock } from "../support/clock.ts";
import { describeTables, fill, put, type Row } from "./table-adapters.ts";

describeTables("lists:", ({ emptyTable, effort }) => {
  const runs = (many: number) => ({ numRuns: Math.ceil((many * effort) / 100) });

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
      runs(150),
    );
  });

  test("gives only what lies beyond a sort key, both ways, also when it lies outside the prefix", async () => {
    const wish = fc.record({
      keys: fc.uniqueArray(sortKey, { maxLength: 12 }),
      after: sortKey,
      newestFirst: fc.boolean(),
      prefix: fc.constantFrom("", "k", "kA", "ka", "kb"),
    });
    await fc.assert(
      fc.asyncProperty(wish, async ({ keys, after, newestFirst, prefix }) => {
        const table = await emptyTable();
        await fill(
          table,
          keys.map((sk) => ({ pk: "P", sk })),
        );
        const found = await pages(table, { pk: "P", limit: 3, after, newestFirst, prefix });
        const beyond = keys
          .filter((sk) => (newestFirst ? byBytes(sk, after) < 0 : byBytes(sk, after) > 0))
          .filter((sk) => sk.startsWith(prefix));
        expect(found.map(({ sk }) => sk).toSorted(byBytes)).toEqual(beyond.toSorted(byBytes));
      }),
      runs(100),
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
      runs(60),
    );
  });

  test("ends a list that ends with its page without a cursor", async () => {
    const table = await emptyTable(new TestClock());
    await table.transact([put("P", "1", 1), put("P", "2", 2)]);
    expect((await table.query({ pk: "P", limit: 2 })).cursor).toBeUndefined();
    expect((await table.query({ pk: "P", limit: 1 })).cursor).toBeDefined();
    expect(await table.query({ pk: "nobody", limit: 1 })).toEqual({ items: [] });
  });

  test("fills its pages past rows that have expired", async () => {
    const clock = new TestClock();
    const table = await emptyTable(clock);
    const expiresAt = clock.now().getTime() / 1000 + 60;
    for (const sk of ["1", "2", "3", "4", "5", "6"]) {
      const passing = ["1", "3", "4"].includes(sk) ? { expiresAt } : {};
      await table.transact([put("P", sk, 1, { index1: { pk: "P", sk }, ...passing })]);
    }
    clock.advance(60_000);
    for (const index of [undefined, "index1"] as const) {
      const query = { pk: "P", limit: 2, ...(index ? { index } : {}) };
      const page = await table.query(query);
      expect(page.items.map(({ sk }) => sk)).toEqual(["2", "5"]);
      const rest = await table.query({ ...query, cursor: page.cursor! });
      expect(rest.items.map(({ sk }) => sk)).toEqual(["6"]);
      expect(rest.cursor).toBeUndefined();
    }
  });

  test("lists more than a megabyte on one page", async () => {
    const table = await emptyTable();
    const attributes = { text: "x".repeat(300_000) };
    for (const sk of ["1", "2", "3", "4", "5", "6"]) {
      const row = { pk: "P", sk, attributes, index1: { pk: "P", sk } };
      await table.transact([{ put: row, expect: "absent" }]);
    }
    for (const index of [undefined, "index1"] as const) {
      const { items, cursor } = await table.query({ pk: "P", limit: 6, ...(index ? { index } : {}) });
      expect(items.map(({ sk }) => sk)).toEqual(["1", "2", "3", "4", "5", "6"]);
      expect(items.every((item) => item.attributes["text"] === attributes.text)).toBe(true);
      expect(cursor).toBeUndefined();
    }
  });

  test("refuses as a cursor whatever is none of its own", async () => {
    const table = await emptyTable(new TestClock());
    await table.transact([put("P", "1", 1, { index1: { pk: "P", sk: "1" } }), put("P", "2", 2)]);
    const ofTheTable = (await table.query({ pk: "P", limit: 1 })).cursor!;
    const forged = fc.array(fc.constantFrom("", "a", "é", "\ud800", 1, null, "x".repeat(1_025)), {
      maxLength: 4,
    });
    const garbage = fc.oneof(
      fc.string(),
      fc.base64String(),
      forged
        .filter((parts) => parts.length !== 1 || (parts[0] !== "a" && parts[0] !== "é"))
        .map((parts) => Buffer.from(JSON.stringify(parts)).toString("base64url")),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (cursor) => {
        await expect(table.query({ pk: "P", limit: 1, cursor })).rejects.toMatchObject({
          name: "InvalidCursor",
        });
      }),
    );
    for (const another of [{ index: "index1" }, { prefix: "2" }] as const) {
      const query = { pk: "P", limit: 1, cursor: ofTheTable, ...another };
      await expect(table.query(query)).rejects.toMatchObject({ name: "InvalidCursor" });
    }
  });
});

/** Text that has fooled an order or an encoding before. */
const sortKey = fc
  .array(fc.constantFrom("a", "A", "b", "#", "0", "9", "é", "\uffef", "😀", "%", "_", "'", "~"), {
    maxLength: 4,
  })
  .map((parts) => `k${parts.join("")}`);

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
