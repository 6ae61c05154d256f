import { expect, test } from "vitest";
import type { Execution } from "../../core/execution/execution.ts";
import { list, store } from "../../core/execution/executions.ts";
import { atomically } from "../../core/table/atomically.ts";
import { TRANSACTION_LIMIT } from "../../core/table/limits.ts";
import type { Table, Write } from "../../core/table/table.ts";
import { Process, ROOT, saidBy } from "../support/processes.ts";
import { anExecution } from "../support/records.ts";
import { describeTables, put } from "./table-adapters.ts";

const KB = 1024;
const PAGE = 1_000;
const large = (sk: string, bytes: number): Write => ({
  put: { pk: "A", sk, attributes: { text: "x".repeat(bytes) } },
  expect: "absent",
});

describeTables("at its limits:", ({ emptyTable, counted, open }) => {
  test("takes as many writes together as DynamoDB does, and not one more", async () => {
    const table = await emptyTable();
    const writes = (count: number) => Array.from({ length: count }, (_, i) => put("A", String(i), i));
    await expect(table.transact(writes(TRANSACTION_LIMIT + 1))).rejects.toMatchObject({ name: "TooLarge" });
    expect(await table.get({ pk: "A", sk: "0" })).toBeUndefined();
    await table.transact(writes(TRANSACTION_LIMIT));
    expect((await table.query({ pk: "A", limit: 200 })).items).toHaveLength(TRANSACTION_LIMIT);
  });

  test("keeps a row of almost 400 KB, and refuses a larger one with all that was to go with it", async () => {
    const table = await emptyTable();
    // moto stops at 405,000 bytes already, DynamoDB at 409,600.
    await table.transact([large("1", 394 * KB)]);
    expect((await table.get({ pk: "A", sk: "1" }))?.attributes).toEqual({ text: "x".repeat(394 * KB) });
    const tooLarge = { name: "TooLarge", message: expect.stringContaining("the row A 2") };
    await expect(table.transact([put("A", "3", 3), large("2", 400 * KB)])).rejects.toMatchObject(tooLarge);
    expect((await table.query({ pk: "A", limit: 10 })).items).toHaveLength(1);
  });

  test("counts a row's bytes, not its characters", async () => {
    const table = await emptyTable();
    const attributes = { text: "é".repeat(201 * KB) };
    const writing = table.transact([{ put: { pk: "A", sk: "1", attributes }, expect: "absent" }]);
    await expect(writing).rejects.toMatchObject({ name: "TooLarge" });
  });

  test("refuses a transaction of more than 4 MB", async () => {
    const table = await emptyTable();
    const writes = (count: number) => Array.from({ length: count }, (_, i) => large(`${i}`, 394 * KB));
    await expect(table.transact(writes(11))).rejects.toMatchObject({ name: "TooLarge" });
    await table.transact(writes(10));
    expect((await table.query({ pk: "A", limit: 20 })).items).toHaveLength(10);
  });

  test("refuses keys longer than an index can hold", async () => {
    const table = await emptyTable();
    await table.transact([put("p".repeat(2 * KB), "s".repeat(KB), 1)]);
    for (const write of [
      put("p".repeat(2 * KB + 1), "s", 1),
      put("p", "s".repeat(KB + 1), 1),
      put("p", "s", 1, { index1: { pk: "I", sk: "s".repeat(KB + 1) } }),
    ]) {
      await expect(table.transact([write])).rejects.toMatchObject({ name: "TooLarge" });
    }
  });

  test("takes two writes of one row for a mistake", async () => {
    const table = await emptyTable();
    await expect(table.transact([put("A", "1", 1), put("A", "1", 2)])).rejects.toThrow("names a row twice");
    await table.transact([]);
    expect(await table.get({ pk: "A", sk: "1" })).toBeUndefined();
  });

  test("lists 10,000 executions by status, each page at the cost of the first", async () => {
    const { table, count } = await counted();
    await storeExecutions(table, 10_000);
    for (const [status, expected] of [
      ["completed", 9_000],
      ["failed", 1_000],
    ] as const) {
      const listing = await pagesOf(table, status, count);
      expect(listing.ids.size).toBe(expected);
      expect(listing.order).toEqual(listing.order.toSorted().toReversed());
      expect(new Set(listing.costs).size).toBe(1);
      expect(listing.costs[0]).toMatch(/^\{.+\}$/);
      expect(listing.costs[0]).not.toMatch(/scan|temp/i);
    }
  }, 240_000);

  test("loses no increment of two processes that race", async () => {
    const { table, program } = await open();
    const code = `${program}
      import { atomically } from "${ROOT}/core/table/atomically.ts";
      const key = { pk: "A", sk: "count" };
      for (let i = 0; i < 25; i++) await atomically(table, async (unit) => {
        unit.put({ ...key, attributes: { count: ((await unit.get(key))?.count ?? 0) + 1 } });
      });
      console.log("done");`;
    const racers = [1, 2].map(() => new Process(["--input-type=module", "--eval", code]));
    expect(await Promise.all(racers.map(saidBy))).toEqual(["done", "done"]);
    expect((await table.get({ pk: "A", sk: "count" }))?.attributes).toEqual({ count: 50 });
  });
});

/** Nine of ten are completed, the others failed. */
async function storeExecutions(table: Table, count: number): Promise<void> {
  for (let from = 0; from < count; from += TRANSACTION_LIMIT) {
    await atomically(table, async (unit) => {
      for (let i = from; i < from + TRANSACTION_LIMIT; i++) {
        const createdAt = new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString();
        store(
          unit,
          anExecution({ id: `exec_${i}`, createdAt, status: i % 10 === 0 ? "failed" : "completed" }),
        );
      }
    });
  }
}

async function pagesOf(table: Table, status: Execution["status"], count: () => Record<string, number>) {
  const ids = new Set<string>();
  const order: string[] = [];
  const costs: string[] = [];
  let cursor: string | undefined;
  count();
  do {
    const page = await list(table, { status, limit: PAGE, cursor });
    expect(page.executions).toHaveLength(PAGE);
    for (const { id, createdAt } of page.executions) {
      ids.add(id);
      order.push(createdAt);
    }
    costs.push(JSON.stringify(count()));
    cursor = page.cursor;
  } while (cursor);
  return { ids, order, costs };
}
