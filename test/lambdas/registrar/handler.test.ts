import { describe, expect, test } from "vitest";
import { NOTHING } from "../../../core/budget/amounts.ts";
import type { Counters } from "../../../core/budget/budget.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { find, list } from "../../../core/execution/executions.ts";
import { requestRollback } from "../../../core/execution/request-rollback.ts";
import { startChange } from "../../../core/execution/start.ts";
import { gateById, open } from "../../../core/gate/gates.ts";
import { acquireLock, lockOf } from "../../../core/lock/locks.ts";
import { parseGoal } from "../../../core/plan/goal.ts";
import type { World } from "../../../core/ports.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import { verifyWorkspace } from "../../../core/timeline/verify.ts";
import { conclude } from "../../../lambdas/registrar/handler.ts";
import { homeWith } from "../../support/executions.ts";
import { AT, aGate, anExecution, ref } from "../../support/records.ts";
import { crashingTable } from "../../support/tables.ts";
import { person } from "../../support/workspace.ts";

const END = {
  executionId: "exec_1",
  idempotencyKey: "exec_1/Conclude/0",
  ending: "CANCELLED",
  outcome: "cancelled",
  failure: null,
};
const APPLIED = { ...END, ending: "DONE", outcome: "applied" };

describe("the end of an execution", () => {
  test("is written once, in both records, however often it is told", async () => {
    const home = await homeWith(anExecution());
    for (let i = 0; i < 3; i++) expect(await conclude(END, home.world)).toEqual({ outcome: "cancelled" });
    expect(await conclude({ ...END, outcome: "failed", ending: "BLOCKED" }, home.world)).toEqual({
      outcome: "cancelled",
    });
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "failed",
      changeStatus: "CANCELLED",
      outcome: "cancelled",
      stage: "ended",
      endedAt: AT,
    });
    const [own, workspace] = [await home.told(), await home.told("workspace")];
    expect([own.length, workspace.length]).toEqual([1, 1]);
    expect(workspace[0]!.data).toMatchObject({ executionId: "exec_1", seq: own[0]!.seq, hash: own[0]!.hash });
    expect(verifyWorkspace(workspace, new Map([["exec_1", own]]), [])).toEqual([]);
  });

  test("is written whole or not at all, wherever the power goes", async () => {
    for (const mishap of ["before", "after"] as const) {
      const home = await homeWith(anExecution());
      const world = { ...home.world, table: crashingTable(home.world.table, [mishap]) };
      await expect(conclude(END, world)).rejects.toMatchObject({ name: "Unavailable" });
      await conclude(END, home.world);
      expect((await home.told()).map(({ type }) => type)).toEqual(["execution.ended"]);
      expect(await home.told("workspace")).toHaveLength(1);
    }
  });

  test("gives up the lock, so that the next one is let in", async () => {
    const [first, second] = [anExecution(), anExecution({ id: "exec_2" })];
    const home = await homeWith(first, second);
    for (const execution of [first, second]) {
      await atomically(home.world.table, (unit) => acquireLock(unit, execution, `token-${execution.id}`, AT));
    }
    await conclude(END, home.world);
    expect((await lockOf(home.world.table, second)).holder?.executionId).toBe("exec_2");
    expect(await home.effects("task-success")).toContainEqual(
      expect.objectContaining({ taskToken: "token-exec_2" }),
    );
  });

  test("closes the gates that are still open", async () => {
    const home = await homeWith(anExecution());
    await atomically(home.world.table, (unit) => open(unit, aGate()));
    await conclude(END, home.world);
    expect((await gateById(home.world.table, "gate_1")).status).toBe("closed");
  });

  test("moves it from the list of the running to that of the ended", async () => {
    const home = await homeWith(anExecution());
    await conclude(END, home.world);
    const listed = async (status: Execution["status"]) =>
      (await list(home.world.table, { status, limit: 10 })).executions;
    expect([await listed("running"), (await listed("failed")).length]).toEqual([[], 1]);
  });

  test("says why, without a credential, and in whose words", async () => {
    const home = await homeWith(anExecution());
    const Cause = JSON.stringify({ errorMessage: "no route with password=correct-horse-battery" });
    await conclude(
      { ...END, ending: "BLOCKED", outcome: "failed", failure: { Error: "WrongAccount", Cause } },
      home.world,
    );
    const { error, outcome } = await find(home.world.table, "exec_1");
    expect([error?.name, outcome]).toEqual(["WrongAccount", "blocked"]);
    expect(error?.message).toMatch(/^no route with password=.redacted.$/);
  });

  test("of an execution that is parked takes the parking away", async () => {
    const parked = { taskToken: "t", at: AT, why: "paused", status: "IN_PROGRESS" } as const;
    const home = await homeWith(anExecution({ status: "paused", parked }));
    await conclude(END, home.world);
    expect(await find(home.world.table, "exec_1")).not.toHaveProperty("parked");
  });

  test.each([
    ["no status", { ending: "FINISHED" }],
    ["a status that cannot follow", { ending: "REJECTED" }],
    ["no outcome", { outcome: "wonderful" }],
  ])("with %s is refused, and nothing is written", async (_what, changes) => {
    const home = await homeWith(anExecution());
    await expect(conclude({ ...END, ...changes }, home.world)).rejects.toThrow();
    expect(await find(home.world.table, "exec_1")).not.toHaveProperty("endedAt");
    expect(await home.told()).toEqual([]);
  });
});

describe("a rollback that was asked for in the last moment of an apply", () => {
  const applying = anExecution({
    changeStatus: "APPLYING",
    dossier: ref("dossier.json"),
    apply: { beganAt: AT, stackId: "stack", changeSetArn: "arn" },
  });

  test("is begun as soon as the apply has ended, once", async () => {
    const home = await homeWith(applying);
    await requestRollback(home.world, "exec_1", person("grace"));
    await conclude(APPLIED, home.world);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "running",
      changeStatus: "ROLLBACK",
      rollback: { calledBy: "grace", calledAt: AT },
    });
    expect((await home.told("workspace")).map(({ type }) => type)).toEqual([
      "execution.ended",
      "execution.reopened",
    ]);
    expect(await home.effects("start")).toMatchObject([{ machine: "rollback" }]);
  });

  test("and could not be carried out is not begun again by itself", async () => {
    const home = await homeWith(applying);
    await requestRollback(home.world, "exec_1", person("grace"));
    await conclude(APPLIED, home.world);
    await conclude({ ...APPLIED, idempotencyKey: "exec_1-rollback/Conclude/0" }, home.world);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      outcome: "applied",
      changeStatus: "DONE",
    });
    expect(await home.effects("start")).toHaveLength(1);
  });
});

test("a rollback's end takes nothing of what others are expected to spend from the day", async () => {
  const home = await homeWith();
  const models = [{ name: "x", price: undefined, complete: () => Promise.reject() }];
  const world: World = { ...home.world, models };
  const goal = parseGoal({ goal: "a table", environment: "dev", stack: "shop" }, "goal");
  const first = await startChange(world, goal, person("ada"));
  await startChange(world, { ...goal, stack: "other" }, person("ada"));
  const promised = async () => {
    const row = await home.world.table.get(keys.counters(`day#${AT.slice(0, 10)}`));
    return (row!.attributes as unknown as Counters).promised;
  };
  expect(first.expected).not.toEqual(NOTHING);
  const applied = { ...(await find(home.world.table, first.id)), changeStatus: "APPLYING" as const };
  await atomically(home.world.table, async (unit) => {
    await unit.get(keys.execution(first.id));
    unit.put({ ...keys.execution(first.id), attributes: applied });
  });
  await conclude({ ...APPLIED, executionId: first.id }, world);
  expect(await promised()).toEqual(first.expected);
  await requestRollback(world, first.id, person("grace"));
  await conclude({ ...APPLIED, executionId: first.id, outcome: "rolled_back" }, world);
  expect(await promised()).toEqual(first.expected);
});
