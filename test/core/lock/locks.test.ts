import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Execution } from "../../../core/execution/execution.ts";
import { acquireLock, lockOf, releaseLock, requireLock } from "../../../core/lock/locks.ts";
import { placeOf } from "../../../core/lock/stack-lock.ts";
import type { Effect } from "../../../core/outbox.ts";
import { atomically } from "../../../core/table/atomically.ts";
import type { Table } from "../../../core/table/table.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { AT, anExecution } from "../../support/records.ts";
import { crashingTable, type Mishap, memoryTable, sharedTables } from "../../support/tables.ts";

const acquire = (table: Table, execution: Execution, token = execution.id) =>
  atomically(table, (unit) => acquireLock(unit, execution, token, AT));
const give = (table: Table, execution: Execution) =>
  atomically(table, (unit) => releaseLock(unit, execution, AT));
const holds = async (table: Table, execution: Execution) =>
  placeOf(await lockOf(table, execution), execution.id) === 0;

/** Tokens that were told to go on. */
async function granted(table: Table): Promise<string[]> {
  const { items } = await table.query({ pk: "OUTBOX", limit: 100 });
  return items.flatMap(({ attributes }) => {
    const effect = attributes as unknown as Effect;
    return effect.kind === "task-success" ? [effect.taskToken] : [];
  });
}

async function told(table: Table, id: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of readChain(table, id)) types.push(type);
  return types;
}

const executions = (count: number, changes: Partial<Execution> = {}) =>
  Array.from({ length: count }, (_, i) => anExecution({ id: `exec_${i}`, ...changes }));

describe("the lock of a stack", () => {
  test("goes to who comes first, and the others are told their place", async () => {
    const table = memoryTable();
    const [first, second] = executions(2);
    await acquire(table, first!);
    await acquire(table, second!);
    expect(await granted(table)).toEqual(["exec_0"]);
    expect([await told(table, "exec_0"), await told(table, "exec_1")]).toEqual([
      ["lock.granted"],
      ["lock.queued"],
    ]);
    await give(table, first!);
    expect((await granted(table)).toSorted()).toEqual(["exec_0", "exec_1"]);
    expect(await told(table, "exec_1")).toEqual(["lock.queued", "lock.granted"]);
  });

  test("of one stack is not that of another stack, account or region", async () => {
    const table = memoryTable();
    const [first, ...others] = [
      anExecution({ id: "exec_0" }),
      anExecution({ id: "exec_1", stack: "shop2" }),
      anExecution({ id: "exec_2", account: "093646564004" }),
      anExecution({ id: "exec_3", region: "eu-west-1" }),
    ];
    await acquire(table, first!);
    for (const other of others) {
      await acquire(table, other);
      expect(await holds(table, other)).toBe(true);
    }
  });

  test("is given to one only of many who come at once through several connections", async () => {
    const tables = sharedTables(4);
    const all = executions(24);
    await Promise.all(all.map((execution, i) => acquire(tables[i % 4]!, execution)));
    expect(await granted(tables[0]!)).toHaveLength(1);
    const lock = await lockOf(tables[0]!, all[0]!);
    const places = all.map(({ id }) => placeOf(lock, id)).toSorted((a, b) => a! - b!);
    expect(places).toEqual(all.map((_, place) => place));
  });

  test("goes round to everybody once, in the order they came, when each gives it up", async () => {
    const table = memoryTable();
    const all = executions(6);
    for (const execution of all) await acquire(table, execution);
    for (const execution of all) {
      await requireAlone(table, execution, all);
      await give(table, execution);
    }
    expect((await granted(table)).toSorted()).toEqual(all.map(({ id }) => id));
  });

  test("is left by who waits without anybody being let in", async () => {
    const table = memoryTable();
    const [first, second, third] = executions(3);
    for (const execution of [first!, second!, third!]) await acquire(table, execution);
    await give(table, second!);
    expect(await granted(table)).toEqual(["exec_0"]);
    await give(table, first!);
    expect(await holds(table, third!)).toBe(true);
  });

  test("is neither given up by a stranger nor by who has given it up already", async () => {
    const table = memoryTable();
    const [first, second, stranger] = executions(3);
    await acquire(table, first!);
    await acquire(table, second!);
    await give(table, stranger!);
    expect(await holds(table, first!)).toBe(true);
    await give(table, first!);
    await give(table, first!);
    expect(await holds(table, second!)).toBe(true);
  });

  test("is demanded by name of whoever would change the stack", async () => {
    const table = memoryTable();
    const [first, second] = executions(2);
    const demand = (execution: Execution) => atomically(table, (unit) => requireLock(unit, execution));
    await expect(demand(first!)).rejects.toThrow(
      expect.objectContaining({ name: "LockNotHeld", message: expect.stringContaining("nobody holds it") }),
    );
    await acquire(table, first!);
    await acquire(table, second!);
    await demand(first!);
    await expect(demand(second!)).rejects.toThrow("exec_0 holds it");
  });

  test("cannot be lost between asking for it and writing under it", async () => {
    const table = memoryTable();
    const [first, second] = executions(2);
    await acquire(table, first!);
    await acquire(table, second!);
    const key = { pk: "WORK", sk: "done" };
    let tries = 0;
    const work = atomically(table, async (unit) => {
      await requireLock(unit, first!);
      if (tries++ === 0) await give(table, first!);
      unit.put({ ...key, attributes: {} });
    });
    await expect(work).rejects.toMatchObject({ name: "LockNotHeld" });
    expect(await table.get(key)).toBeUndefined();
  });
});

test("crashes between any two steps leave one holder and everybody else in line", async () => {
  const step = fc.record({
    does: fc.constantFrom("acquire" as const, "release" as const),
    who: fc.nat(3),
    mishap: fc.constantFrom<Mishap>("none", "before", "after"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const table = memoryTable();
      const all = executions(4);
      for (const { does, who, mishap } of steps) {
        const crashing = crashingTable(table, [mishap]);
        const doing = does === "acquire" ? acquire(crashing, all[who]!) : give(crashing, all[who]!);
        await doing.catch(() => undefined);
        // A step that crashed is retried, as a state machine does.
        await (does === "acquire" ? acquire(table, all[who]!) : give(table, all[who]!));
        const lock = await lockOf(table, all[0]!);
        const line = [...(lock.holder ? [lock.holder] : []), ...lock.queue].map(
          ({ executionId }) => executionId,
        );
        expect(new Set(line).size).toBe(line.length);
        expect(lock.holder === undefined).toBe(line.length === 0);
        if (lock.holder) expect(await granted(table)).toContain(lock.holder.executionId);
      }
    }),
    { numRuns: 60 },
  );
});

async function requireAlone(table: Table, holder: Execution, all: readonly Execution[]): Promise<void> {
  const holding = await Promise.all(all.map((execution) => holds(table, execution)));
  expect(all.filter((_, i) => holding[i]).map(({ id }) => id)).toEqual([holder.id]);
}
