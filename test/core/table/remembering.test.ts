import { describe, expect, test } from "vitest";
import { atomically } from "../../../core/table/atomically.ts";
import { remembering } from "../../../core/table/remembering.ts";
import type { Key, Table } from "../../../core/table/table.ts";
import { memoryTable } from "../../support/tables.ts";

const KEY = { pk: "A", sk: "1" };
const OTHER = { pk: "A", sk: "2" };

/** A table that counts how often it is asked for a row. */
function asked(): { readonly table: Table; readonly reads: Key[] } {
  const table = memoryTable();
  const reads: Key[] = [];
  const get = (key: Key) => {
    reads.push(key);
    return table.get(key);
  };
  return { table: { ...bound(table), get }, reads };
}

function bound(table: Table): Table {
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: (writes) => table.transact(writes),
  };
}

const add = (table: Table, key: Key) =>
  atomically(table, async (unit) => {
    const { n } = (await unit.get<{ n: number }>(key)) ?? { n: 0 };
    unit.put({ ...key, attributes: { n: n + 1 } });
    return n + 1;
  });

describe("a table that remembers", () => {
  test("reads a row once, and knows what it has written and removed", async () => {
    const { table, reads } = asked();
    const known = await remembering(table, [KEY]);
    expect([await add(known, KEY), await add(known, KEY), await add(known, OTHER)]).toEqual([1, 2, 1]);
    await atomically(known, async (unit) => {
      await unit.get(OTHER);
      unit.remove(OTHER);
    });
    expect(await known.get(OTHER)).toBeUndefined();
    expect(reads).toEqual([KEY, OTHER]);
    expect(await table.get(KEY)).toMatchObject({ attributes: { n: 2 }, version: 2 });
  });

  test("loses no update of somebody else's: what is too old is read anew", async () => {
    const { table } = asked();
    const known = await remembering(table, [KEY]);
    await add(table, KEY);
    expect((await known.get(KEY))?.version).toBeUndefined();
    expect(await add(known, KEY)).toBe(2);
    expect(await table.get(KEY)).toMatchObject({ attributes: { n: 2 }, version: 2 });
  });

  test("supposes rows to be new only as long as they are", async () => {
    const { table, reads } = asked();
    await add(table, OTHER);
    const known = await remembering(table, []);
    known.supposeAbsent([KEY, OTHER]);
    reads.length = 0;
    expect(await add(known, KEY)).toBe(1);
    expect(reads).toEqual([]);
    expect(await add(known, OTHER)).toBe(2);
    expect(reads).toEqual([OTHER]);
  });

  test("does not suppose away what it knows", async () => {
    const { table } = asked();
    await add(table, KEY);
    const known = await remembering(table, [KEY]);
    known.supposeAbsent([KEY]);
    expect(await known.get(KEY)).toMatchObject({ attributes: { n: 1 } });
  });
});
