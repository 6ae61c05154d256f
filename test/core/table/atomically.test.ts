import fc from "fast-check";
import { expect, test } from "vitest";
import { atomically, type Unit } from "../../../core/table/atomically.ts";
import type { Table } from "../../../core/table/table.ts";
import { crashingTable, memoryTable, sharedTables } from "../../support/tables.ts";

interface Count {
  readonly count: number;
}

const A = { pk: "COUNT", sk: "a" };
const B = { pk: "COUNT", sk: "b" };

async function count(unit: Unit, key = A): Promise<number> {
  return (await unit.get<Count>(key))?.count ?? 0;
}

function set(unit: Unit, value: number, key = A): void {
  unit.put({ ...key, attributes: { count: value } });
}

async function now(table: Table, key = A): Promise<number> {
  return ((await table.get(key))?.attributes as Count | undefined)?.count ?? 0;
}

test("no increment is lost, however many come at once through several connections", async () => {
  const tables = sharedTables(4);
  const increments = Array.from({ length: 60 }, (_, i) =>
    atomically(tables[i % 4]!, async (unit) => set(unit, (await count(unit)) + 1)),
  );
  await Promise.all(increments);
  expect(await now(tables[0]!)).toBe(60);
});

test("whatever moves between rows at once, nothing appears and nothing vanishes", async () => {
  const move = fc.record({ from: fc.nat(3), to: fc.nat(3), amount: fc.nat(9), pause: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 30 }), async (moves) => {
      const table = memoryTable();
      const account = (number: number) => ({ pk: "ACCOUNT", sk: String(number) });
      for (const number of [0, 1, 2, 3])
        await atomically(table, async (unit) => set(unit, 10, account(number)));
      const transfers = moves.map(({ from, to, amount, pause }) =>
        atomically(table, async (unit) => {
          const has = await count(unit, account(from));
          for (let i = 0; i < pause; i++) await Promise.resolve();
          if (has < amount || from === to) return;
          set(unit, has - amount, account(from));
          set(unit, (await count(unit, account(to))) + amount, account(to));
        }),
      );
      await Promise.all(transfers);
      const balances = await Promise.all([0, 1, 2, 3].map((number) => now(table, account(number))));
      expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(40);
      expect(balances.every((balance) => balance >= 0)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("what was only read may not have changed either: no write skew", async () => {
  // Each may take its row only while the other is still there; one of them has to see the other's work.
  for (let round = 0; round < 20; round++) {
    const table = memoryTable();
    await atomically(table, async (unit) => [A, B].map((key) => set(unit, 1, key)));
    const leave = (mine: typeof A, other: typeof A) =>
      atomically(table, async (unit) => {
        if ((await count(unit, other)) === 1 && (await count(unit, mine)) === 1) set(unit, 0, mine);
      });
    await Promise.all([leave(A, B), leave(B, A)]);
    expect((await now(table, A)) + (await now(table, B))).toBe(1);
  }
});

test("a row that was found absent may not have appeared", async () => {
  const table = memoryTable();
  let runs = 0;
  await atomically(table, async (unit) => {
    runs++;
    const missing = (await unit.get(B)) === undefined;
    if (runs === 1) await table.transact([{ put: { ...B, attributes: { count: 1 } }, expect: "absent" }]);
    set(unit, missing ? 100 : 200);
  });
  expect([runs, await now(table)]).toEqual([2, 200]);
});

test("a row that was read may not have vanished", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => set(unit, 1, B));
  let runs = 0;
  await atomically(table, async (unit) => {
    runs++;
    const there = (await unit.get(B)) !== undefined;
    if (runs === 1) await table.transact([{ remove: B, expect: 1 }]);
    set(unit, there ? 100 : 200);
  });
  expect([runs, await now(table)]).toEqual([2, 200]);
});

test("a row written without being read is taken for new and never overwrites another", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => set(unit, 1));
  await expect(atomically(table, async (unit) => set(unit, 2))).rejects.toMatchObject({ name: "Conflict" });
  expect(await now(table)).toBe(1);
});

test("nothing is written when the work throws, whatever it had put by then", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => set(unit, 1));
  const work = atomically(table, async (unit) => {
    set(unit, (await count(unit)) + 1);
    set(unit, 5, B);
    throw new RangeError("no");
  });
  await expect(work).rejects.toThrow(RangeError);
  expect([await now(table, A), await table.get(B)]).toEqual([1, undefined]);
});

test("an error of the work is not run again", async () => {
  let runs = 0;
  const work = atomically(memoryTable(), async () => {
    runs++;
    throw new Error("mine");
  });
  await expect(work).rejects.toThrow("mine");
  expect(runs).toBe(1);
});

test("an unreachable table is not asked again, and nothing is known to be written", async () => {
  for (const [mishap, written] of [
    ["before", 0],
    ["after", 1],
  ] as const) {
    const table = memoryTable();
    const crashing = crashingTable(table, [mishap]);
    let runs = 0;
    const work = atomically(crashing, async (unit) => {
      runs++;
      set(unit, (await count(unit)) + 1);
    });
    await expect(work).rejects.toMatchObject({ name: "Unavailable" });
    expect([runs, await now(table)]).toEqual([1, written]);
  }
});

test("a unit sees what it has put and removed itself", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => set(unit, 1));
  const seen = await atomically(table, async (unit) => {
    const values = [await count(unit)];
    set(unit, 7);
    values.push(await count(unit));
    unit.remove(A);
    values.push(await count(unit));
    set(unit, 9);
    values.push(await count(unit));
    return values;
  });
  expect(seen).toEqual([1, 7, 0, 9]);
  expect(await now(table)).toBe(9);
});

test("removing what is not there is no error, and removing what changed meanwhile is done anew", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => unit.remove(A));
  await atomically(table, async (unit) => set(unit, 1));
  let runs = 0;
  await atomically(table, async (unit) => {
    const value = await count(unit);
    if (++runs === 1) await table.transact([{ put: { ...A, attributes: { count: 2 } }, expect: 1 }]);
    if (value === 2) unit.remove(A);
    else set(unit, 99, B);
  });
  expect([runs, await table.get(A), await table.get(B)]).toEqual([2, undefined, undefined]);
});

test("work that only reads writes nothing and answers", async () => {
  const table = crashingTable(memoryTable(), ["before"]);
  expect(await atomically(table, async (unit) => (await unit.get(A)) === undefined)).toBe(true);
});

test("it gives up with the conflict when it never wins", async () => {
  const table = memoryTable();
  const work = atomically(table, async (unit) => {
    set(unit, (await count(unit)) + 1);
    const item = await table.get(A);
    await table.transact([{ put: { ...A, attributes: { count: 0 } }, expect: item?.version ?? "absent" }]);
  });
  await expect(work).rejects.toMatchObject({ name: "Conflict" });
});

test("more than a transaction holds is refused whole", async () => {
  const table = memoryTable();
  const work = atomically(table, async (unit) => {
    for (let i = 0; i < 101; i++) set(unit, i, { pk: "COUNT", sk: String(i) });
  });
  await expect(work).rejects.toMatchObject({ name: "TooLarge" });
  expect((await table.query({ pk: "COUNT", limit: 10 })).items).toEqual([]);
});

test("what a unit foresees is read at once, and each row once", async () => {
  const table = memoryTable();
  await atomically(table, async (unit) => {
    set(unit, 1);
    set(unit, 2, B);
  });
  const asked: string[] = [];
  const watched = {
    ...bound(table),
    get: (key: typeof A) => {
      asked.push(key.sk);
      return table.get(key);
    },
  };
  const seen = await atomically(watched, async (unit) => {
    const foreseen = unit.foresee(A, B);
    expect(asked).toEqual(["a", "b"]);
    await foreseen;
    await unit.foresee(B);
    return [await count(unit), await count(unit, B)];
  });
  expect([seen, asked]).toEqual([
    [1, 2],
    ["a", "b"],
  ]);
});

test("a row that was foreseen makes a unit fail only when it was asked for after all", async () => {
  const table = memoryTable();
  for (const [isAskedFor, times] of [
    [false, 1],
    [true, 2],
  ] as const) {
    let tries = 0;
    await atomically(table, async (unit) => {
      tries++;
      await unit.foresee(A, B);
      if (isAskedFor) await count(unit, B);
      set(unit, (await count(unit)) + 1);
      if (tries === 1) await atomically(table, async (other) => set(other, (await count(other, B)) + 1, B));
    });
    expect(tries).toBe(times);
  }
});

function bound(table: Table): Table {
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: (writes) => table.transact(writes),
  };
}
