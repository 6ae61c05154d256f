import { expect, test } from "vitest";
import type { Execution } from "../../../core/execution/execution.ts";
import { find } from "../../../core/execution/executions.ts";
import { gatekeeper } from "../../../lambdas/gatekeeper/handler.ts";
import { homeWith } from "../../support/executions.ts";
import { AT, anExecution } from "../../support/records.ts";

const WINDOW = {
  action: "window",
  executionId: "exec_1",
  idempotencyKey: "exec_1/AwaitWindow/0",
  taskToken: "token",
};

const wish = { by: "grace", at: AT };
const strategy = { ...wish, name: "rules" } as const;

const ASKED: readonly (readonly [string, Execution["signals"], string])[] = [
  ["cancelled", { cancel: wish }, "ExecutionCancelled"],
  ["to be planned anew", { strategy }, "StrategyChanged"],
  ["both, of which the end counts", { strategy, cancel: wish }, "ExecutionCancelled"],
];

test.each(ASKED)("what was %s before its wait began does not wait", async (_, signals, error) => {
  const home = await homeWith(anExecution({ changeStatus: "WAIT_FOR_APPROVE", signals }));
  await gatekeeper(WINDOW, home.world);
  expect(await home.effects()).toMatchObject([{ kind: "task-failure", taskToken: "token", error }]);
  expect((await find(home.world.table, "exec_1")).parked).toBeUndefined();
});

test("what nobody wished anything of waits, and nobody is answered", async () => {
  const home = await homeWith(anExecution({ changeStatus: "WAIT_FOR_APPROVE" }));
  await gatekeeper(WINDOW, home.world);
  expect(await home.effects()).toEqual([]);
  expect((await find(home.world.table, "exec_1")).parked).toMatchObject({
    why: "window",
    taskToken: "token",
  });
});
