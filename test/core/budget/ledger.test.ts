import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Amounts, KINDS, NOTHING } from "../../../core/budget/amounts.ts";
import type { Counters } from "../../../core/budget/budget.ts";
import {
  admitExecution,
  dismissExecution,
  executionCap,
  grant,
  type ReservationRequest,
  remaining,
  reserve,
  settle,
} from "../../../core/budget/ledger.ts";
import type { Limits } from "../../../core/budget/limits.ts";
import { store } from "../../../core/execution/executions.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import type { Table } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import { AT, anExecution } from "../../support/records.ts";
import { crashingTable, type Mishap, memoryTable, sharedTables } from "../../support/tables.ts";

const NOW = new Date(AT);
const TODAY = AT.slice(0, 10);

const LIMITS: Limits = {
  tokens: { daily: 100, perPipeline: 60, emergency: 15 },
  minutes: { perPipeline: 10, perAgent: 6 },
  usd: { daily: 1, perPipeline: 0.5 },
  brake: 0.8,
};

const tokens = (amount: number): Amounts => ({ ...NOTHING, tokens: amount });

function request(key: string, amount: number, more: Partial<ReservationRequest> = {}): ReservationRequest {
  return {
    executionId: "exec_1",
    idempotencyKey: key,
    agent: "atlas",
    amounts: tokens(amount),
    emergency: false,
    ...more,
  };
}

const ask = (table: Table, wanted: ReservationRequest, now = NOW) =>
  atomically(table, (unit) => reserve(unit, wanted, LIMITS, now));

const spend = (table: Table, key: string, amount: number, executionId = "exec_1") =>
  atomically(table, (unit) => settle(unit, executionId, key, { spent: tokens(amount), now: NOW }));

async function left(table: Table, scope: string): Promise<number | undefined> {
  const item = await table.get(keys.counters(scope));
  return (item?.attributes as Counters | undefined)?.remaining.tokens;
}

describe("what an execution has left, and has reserved", () => {
  const DAY_MS = 86_400_000;
  const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

  test("is kept for 400 days after it last spent anything, which no execution outlives, and no longer", async () => {
    const clock = new TestClock(AT);
    const table = memoryTable(clock);
    await ask(table, request("k", 20));
    await atomically(table, (unit) => settle(unit, "exec_1", "k", { spent: tokens(5), now: later(100) }));
    const rows = [
      keys.counters("execution#exec_1"),
      keys.counters("execution#exec_1#atlas"),
      keys.reservation("exec_1", "k"),
    ];
    clock.advance(499 * DAY_MS);
    for (const key of rows) expect(await table.get(key)).toBeDefined();
    clock.advance(2 * DAY_MS);
    for (const key of rows) expect(await table.get(key)).toBeUndefined();
  });

  test("is read from its record when that has gone, and is never less than nothing", async () => {
    const table = memoryTable();
    const spent = { tokens: 20, milliseconds: 1_000, microUsd: 9_000_000 };
    await atomically(table, async (unit) => store(unit, anExecution({ id: "exec_1", spent })));
    const { remaining: rest } = await atomically(table, (unit) => remaining(unit, "exec_1", LIMITS));
    expect(rest).toEqual({ tokens: 40, milliseconds: 599_000, microUsd: 0 });
  });

  test("has the cap anew when a change is rolled back after that", async () => {
    const clock = new TestClock(AT);
    const table = memoryTable(clock);
    await ask(table, request("k", 40));
    clock.advance(401 * DAY_MS);
    await ask(table, request("undo", 60), later(401));
    expect(await left(table, "execution#exec_1")).toBe(0);
  });
});

describe("a reservation", () => {
  test("is taken from the execution, its agent and the day at once", async () => {
    const table = memoryTable();
    await ask(table, request("k", 20));
    expect(await left(table, "execution#exec_1")).toBe(40);
    expect(await left(table, "execution#exec_1#atlas")).toBe(40);
    expect(await left(table, `day#${TODAY}`)).toBe(80);
  });

  test("is taken from none of them when one is short", async () => {
    const table = memoryTable();
    await ask(table, request("a", 50, { executionId: "exec_2" }));
    await ask(table, request("b", 40, { executionId: "exec_3" }));
    await expect(ask(table, request("c", 20))).rejects.toThrow(
      expect.objectContaining({
        name: "BudgetExhausted",
        message: expect.stringContaining(`the day ${TODAY}`),
      }),
    );
    expect(await left(table, "execution#exec_1")).toBeUndefined();
    expect(await left(table, `day#${TODAY}`)).toBe(10);
  });

  test("asked for again under its key is the same one, taken once", async () => {
    const table = memoryTable();
    const first = await ask(table, request("k", 20));
    expect(await ask(table, request("k", 20))).toEqual(first);
    expect(await left(table, "execution#exec_1")).toBe(40);
  });

  test("is settled once, however often it is settled", async () => {
    const table = memoryTable();
    await ask(table, request("k", 20));
    for (const spent of [5, 5, 0, 20]) await spend(table, "k", spent);
    expect(await left(table, "execution#exec_1")).toBe(55);
  });

  test("that was never made settles nothing", async () => {
    const table = memoryTable();
    await spend(table, "k", 20);
    expect(await left(table, "execution#exec_1")).toBeUndefined();
  });

  test("of a try that failed and was settled is made anew for the next one, and the first spend stays counted", async () => {
    const table = memoryTable();
    await ask(table, request("k", 20));
    await spend(table, "k", 7);
    await ask(table, request("k", 20));
    await spend(table, "k", 3);
    expect(await left(table, "execution#exec_1")).toBe(50);
  });

  test("made before midnight is settled on the day it was taken from", async () => {
    const table = memoryTable();
    await ask(table, request("k", 20), new Date("2026-01-05T23:59:59.999Z"));
    await spend(table, "k", 1);
    expect(await left(table, "day#2026-01-05")).toBe(99);
    await ask(table, request("l", 20), new Date("2026-01-06T00:00:00.000Z"));
    expect(await left(table, "day#2026-01-06")).toBe(80);
  });
});

describe("the emergency reserve", () => {
  test("stays shut to whoever is not an emergency", async () => {
    const table = memoryTable();
    await ask(table, request("a", 60));
    await expect(ask(table, request("b", 1))).rejects.toMatchObject({ name: "BudgetExhausted" });
    expect(await left(table, `emergency#${TODAY}`)).toBeUndefined();
  });

  test("is touched by an emergency only when the rest is gone", async () => {
    const table = memoryTable();
    await ask(table, request("a", 5, { emergency: true }));
    expect(await left(table, `emergency#${TODAY}`)).toBeUndefined();
    await ask(table, request("b", 55));
    await ask(table, request("c", 10, { emergency: true }));
    expect(await left(table, `emergency#${TODAY}`)).toBe(5);
    await spend(table, "c", 2);
    expect(await left(table, `emergency#${TODAY}`)).toBe(13);
    expect(await left(table, "execution#exec_1")).toBe(0);
  });

  test("has an end too", async () => {
    const table = memoryTable();
    await ask(table, request("a", 60));
    await ask(table, request("b", 15, { emergency: true }));
    await expect(ask(table, request("c", 1, { emergency: true }))).rejects.toThrow(
      "the emergency reserve of",
    );
  });
});

describe("a grant", () => {
  test("adds to the cap and to what is left of the execution and the agents that have counters", async () => {
    const table = memoryTable();
    await ask(table, request("a", 60));
    await atomically(table, (unit) =>
      grant(unit, { executionId: "exec_1", more: tokens(40), agents: ["atlas", "forge"], now: NOW }),
    );
    expect(await left(table, "execution#exec_1")).toBe(40);
    expect(await left(table, "execution#exec_1#atlas")).toBe(40);
    expect(await left(table, "execution#exec_1#forge")).toBeUndefined();
    await ask(table, request("b", 40));
  });

  test("raises the day's cap as well, so that what was granted can be spent", async () => {
    const table = memoryTable();
    await ask(table, request("a", 60));
    await ask(table, request("b", 40, { executionId: "exec_2", agent: "forge" }));
    expect(await left(table, `day#${TODAY}`)).toBe(0);
    await atomically(table, (unit) =>
      grant(unit, { executionId: "exec_2", more: tokens(15), agents: ["forge"], now: NOW }),
    );
    await ask(table, request("c", 15, { executionId: "exec_2", agent: "forge" }));
    expect(await left(table, `day#${TODAY}`)).toBe(0);
  });

  test("for one execution does nothing for another", async () => {
    const table = memoryTable();
    await ask(table, request("a", 10, { executionId: "exec_2" }));
    await atomically(table, (unit) =>
      grant(unit, { executionId: "exec_1", more: tokens(40), agents: ["atlas"], now: NOW }),
    );
    expect(await left(table, "execution#exec_2")).toBe(50);
  });
});

describe("the brake", () => {
  const admit = (table: Table, id: string, amount: number) =>
    atomically(table, (unit) =>
      admitExecution(unit, { id, expected: tokens(amount), cap: executionCap(LIMITS) }, LIMITS, NOW),
    );

  test("holds new pipelines back at its share of the day, and lets them in again when others end", async () => {
    const table = memoryTable();
    await admit(table, "exec_1", 40);
    await admit(table, "exec_2", 40);
    await expect(admit(table, "exec_3", 1)).rejects.toMatchObject({ name: "BudgetBrake" });
    const ended = anExecution({ id: "exec_1", expected: tokens(40) });
    await atomically(table, (unit) => dismissExecution(unit, ended, LIMITS));
    await admit(table, "exec_3", 40);
    expect((await atomically(table, (unit) => remaining(unit, "exec_3", LIMITS))).remaining.tokens).toBe(60);
  });

  test("leaves nothing behind of a pipeline it held back", async () => {
    const table = memoryTable();
    await expect(admit(table, "exec_1", 81)).rejects.toMatchObject({ name: "BudgetBrake" });
    expect(await left(table, "execution#exec_1")).toBeUndefined();
  });

  test("admits of many who come at once only those there is room for", async () => {
    const tables = sharedTables(3);
    const asked = Array.from({ length: 12 }, (_, i) => admit(tables[i % 3]!, `exec_${i}`, 20));
    const settled = await Promise.allSettled(asked);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  });
});

test("an execution may be capped below the limit of its environment, never above", () => {
  expect(executionCap(LIMITS, { maxUsd: 0.2 }).microUsd).toBe(200_000);
  expect(executionCap(LIMITS, { maxUsd: 99 }).microUsd).toBe(500_000);
  expect(executionCap(LIMITS, { maxSeconds: 7 }).milliseconds).toBe(7_000);
  expect(executionCap(LIMITS, { maxSeconds: 1e9 }).milliseconds).toBe(executionCap(LIMITS).milliseconds);
});

test("of many reservations at once through several connections, only as many succeed as there is room for", async () => {
  const tables = sharedTables(4);
  const asked = Array.from({ length: 40 }, (_, i) =>
    ask(tables[i % 4]!, request(`k${i}`, 7, { executionId: `exec_${i % 2}` })),
  );
  const settled = await Promise.allSettled(asked);
  // Two executions of 60 have room for eight each, the day of 100 for fourteen.
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(14);
  expect(await left(tables[0]!, `day#${TODAY}`)).toBe(2);
  for (const one of settled) {
    if (one.status === "rejected") expect(one.reason).toMatchObject({ name: "BudgetExhausted" });
  }
});

const mishap = fc.constantFrom<Mishap>("none", "none", "before", "after");

const step = fc.record({
  does: fc.constantFrom("reserve" as const, "settle" as const, "grant" as const),
  key: fc.nat(4),
  execution: fc.constantFrom("exec_1", "exec_2"),
  agent: fc.constantFrom("atlas", "sweeper"),
  amounts: fc.record({
    tokens: fc.nat(25),
    milliseconds: fc.nat(200_000),
    microUsd: fc.nat(200_000),
  }),
  emergency: fc.boolean(),
  mishap,
});

test("no interleaving of reserving, settling and granting, crashes included, breaks a counter's bounds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const table = memoryTable();
      for (const one of steps) await survive(one, table);
      for (const scope of SCOPES) await expectBounds(table, scope);
    }),
    { numRuns: 200 },
  );
});

test("the same at once, in whatever order the writes arrive", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const table = memoryTable();
      await Promise.all(steps.map((one) => survive(one, table)));
      for (const scope of SCOPES) await expectBounds(table, scope);
    }),
    { numRuns: 60 },
  );
});

const SCOPES = [
  ...["exec_1", "exec_2"].flatMap((id) => [
    `execution#${id}`,
    `execution#${id}#atlas`,
    `execution#${id}#sweeper`,
  ]),
  `day#${TODAY}`,
  `emergency#${TODAY}`,
];

/** Does one step as a function would: refused or crashed, it is left at that. */
async function survive(
  {
    does,
    key,
    execution,
    agent,
    amounts,
    emergency,
    mishap: how,
  }: typeof step extends fc.Arbitrary<infer S> ? S : never,
  table: Table,
): Promise<void> {
  const crashing = crashingTable(table, [how]);
  const wanted = { executionId: execution, idempotencyKey: `k${key}`, agent, amounts, emergency };
  try {
    await atomically(crashing, async (unit) => {
      if (does === "reserve") await reserve(unit, wanted, LIMITS, NOW);
      if (does === "settle") await settle(unit, execution, `k${key}`, { spent: amounts, now: NOW });
      if (does === "grant")
        await grant(unit, { executionId: execution, more: amounts, agents: ["atlas", "sweeper"], now: NOW });
    });
  } catch (error) {
    expect(error).toMatchObject({ name: expect.stringMatching(/^(BudgetExhausted|Unavailable)$/) });
  }
}

async function expectBounds(table: Table, scope: string): Promise<void> {
  const item = await table.get(keys.counters(scope));
  if (!item) return;
  const { cap, remaining: rest } = item.attributes as unknown as Counters;
  for (const kind of KINDS) {
    expect(rest[kind], `${scope} ${kind}`).toBeGreaterThanOrEqual(0);
    expect(rest[kind], `${scope} ${kind}`).toBeLessThanOrEqual(cap[kind]);
  }
}
