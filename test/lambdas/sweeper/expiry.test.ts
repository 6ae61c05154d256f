import { expect, test } from "vitest";
import { attachedTo } from "../../../core/artifacts/attached.ts";
import { find } from "../../../core/execution/executions.ts";
import { recall } from "../../../core/memory/memory.ts";
import { keys } from "../../../core/table/keys.ts";
import { handler } from "../../../lambdas/sweeper/handler.ts";
import { APPLIED, afterwards } from "./swept.ts";

const DAY = 86_400_000;
const CALL = { executionId: "exec_1", idempotencyKey: "exec_1/LookBack/0", ...APPLIED };

async function looked() {
  const desk = await afterwards();
  await handler(CALL, desk.world);
  const { table } = desk.world;
  const day = keys.counters(`day#${desk.clock.now().toISOString().slice(0, 10)}`);
  const result = keys.result("exec_1", CALL.idempotencyKey);
  return { desk, table, day, result };
}

test("a result is remembered for longer than any execution lives, and removed after it", async () => {
  const { desk, table, result } = await looked();
  desk.clock.advance(399 * DAY);
  expect(await table.get(result)).toBeDefined();
  desk.clock.advance(2 * DAY);
  expect(await table.get(result)).toBeUndefined();
  expect(table.removeExpired()).toBeGreaterThan(0);
  expect(table.removeExpired()).toBe(0);
});

test("the counters of a day are kept for two months, and removed after them", async () => {
  const { desk, table, day } = await looked();
  desk.clock.advance(58 * DAY);
  expect(await table.get(day)).toBeDefined();
  desk.clock.advance(3 * DAY);
  table.removeExpired();
  expect(await table.get(day)).toBeUndefined();
});

test("what people and auditors read never expires; the counters of an execution that is long over do", async () => {
  const { desk, table } = await looked();
  const before = { told: await desk.told(), attached: await attachedTo(table, "exec_1") };
  desk.clock.advance(4_000 * DAY);
  table.removeExpired();
  expect(await find(table, "exec_1")).toMatchObject({ id: "exec_1" });
  expect({ told: await desk.told(), attached: await attachedTo(table, "exec_1") }).toEqual(before);
  expect(await recall(table, "runbook#dev/shop", 10)).toHaveLength(1);
  expect(await table.get(keys.counters("execution#exec_1"))).toBeUndefined();
});
