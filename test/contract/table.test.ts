import { expect, test } from "vitest";
import type { Key, Write } from "../../core/table/table.ts";
import { TestClock } from "../support/clock.ts";
import { describeTables, put } from "./table-adapters.ts";

describeTables("keeps its rows:", ({ emptyTable, share }) => {
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
