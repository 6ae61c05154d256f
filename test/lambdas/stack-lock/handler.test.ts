import { describe, expect, test } from "vitest";
import { find } from "../../../core/execution/executions.ts";
import { lockOf, releaseLock } from "../../../core/lock/locks.ts";
import { placeOf } from "../../../core/lock/stack-lock.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { type Key, TableError } from "../../../core/table/table.ts";
import { queueForStack } from "../../../lambdas/stack-lock/handler.ts";
import { homeWith, type Workplace } from "../../support/executions.ts";
import { AT, anExecution, PROD } from "../../support/records.ts";
import { crashingTable } from "../../support/tables.ts";

const asking = (executionId: string, taskToken = `token-${executionId}`) => ({
  executionId,
  idempotencyKey: `${executionId}/QueueForStack/0`,
  taskToken,
});

const EXECUTIONS = ["exec_1", "exec_2", "exec_3"].map((id) => anExecution({ id }));

/** The tokens that were told to go on. */
async function granted(home: Workplace): Promise<unknown[]> {
  const told = await home.effects("task-success");
  return told.map((effect) => "taskToken" in effect && effect.taskToken).toSorted();
}

async function places(home: Workplace): Promise<(number | undefined)[]> {
  const lock = await lockOf(home.world.table, EXECUTIONS[0]!);
  return EXECUTIONS.map(({ id }) => placeOf(lock, id));
}

describe("the queue of a stack", () => {
  test("lets the first in at once, and the others see their places in the order they came", async () => {
    const home = await homeWith(...EXECUTIONS);
    for (const { id } of EXECUTIONS) await queueForStack(asking(id), home.world);
    expect([await granted(home), await places(home)]).toEqual([["token-exec_1"], [0, 1, 2]]);
    const queued = await Promise.all(["exec_2", "exec_3"].map((id) => home.told(id)));
    expect(queued.map(([event]) => event?.data)).toEqual([
      { stack: "shop", place: 1, holder: "exec_1" },
      { stack: "shop", place: 2, holder: "exec_1" },
    ]);
  });

  test("keeps the place of whoever asks again, and answers the token they have now", async () => {
    const home = await homeWith(...EXECUTIONS);
    for (const { id } of EXECUTIONS) await queueForStack(asking(id), home.world);
    await queueForStack(asking("exec_2", "newer"), home.world);
    expect(await places(home)).toEqual([0, 1, 2]);
    expect((await home.told("exec_2")).map(({ type }) => type)).toEqual(["lock.queued"]);
    await atomically(home.world.table, (unit) => releaseLock(unit, EXECUTIONS[0]!, AT));
    expect(await granted(home)).toEqual(["newer", "token-exec_1"]);
  });

  test("tells a holder who asks again to go on again", async () => {
    const home = await homeWith(...EXECUTIONS);
    await queueForStack(asking("exec_1"), home.world);
    await queueForStack(asking("exec_1", "newer"), home.world);
    expect(await granted(home)).toEqual(["newer", "token-exec_1"]);
  });

  test("is another one for the stack of the same name in another account", async () => {
    const home = await homeWith(EXECUTIONS[0]!, anExecution({ id: "exec_2", ...PROD }));
    await queueForStack(asking("exec_1"), home.world);
    await queueForStack(asking("exec_2"), home.world);
    expect(await granted(home)).toEqual(["token-exec_1", "token-exec_2"]);
  });

  test("has one holder and everybody else in a row, however many ask at the same instant", async () => {
    const home = await homeWith(...EXECUTIONS);
    await Promise.all(EXECUTIONS.map(({ id }) => queueForStack(asking(id), home.world)));
    expect((await places(home)).toSorted()).toEqual([0, 1, 2]);
    expect(await granted(home)).toHaveLength(1);
  });

  test("is joined once though the power goes while somebody joins", async () => {
    for (const mishap of ["before", "after"] as const) {
      const home = await homeWith(...EXECUTIONS);
      await queueForStack(asking("exec_1"), home.world);
      const world = { ...home.world, table: crashingTable(home.world.table, [mishap]) };
      await expect(queueForStack(asking("exec_2"), world)).rejects.toMatchObject({ name: "Unavailable" });
      await queueForStack(asking("exec_2"), home.world);
      expect([await places(home), (await home.told("exec_2")).length]).toEqual([[0, 1, undefined], 1]);
    }
  });

  test("that cannot be read grants nothing, under a name of its own", async () => {
    const home = await homeWith(...EXECUTIONS);
    const { table } = home.world;
    const gone = () => Promise.reject(new TableError("Unavailable", "no route to it"));
    const get = (key: Key) => (key.pk.startsWith("LOCK#") ? gone() : table.get(key));
    const world = { ...home.world, table: { ...crashingTable(table, []), get } };
    await expect(queueForStack(asking("exec_1"), world)).rejects.toMatchObject({ name: "LockUnavailable" });
    expect([await granted(home), (await find(table, "exec_1")).stage]).toEqual([[], "DrawPlan"]);
  });

  test("has no place for an execution that nobody recorded", async () => {
    const home = await homeWith();
    await expect(queueForStack(asking("exec_9"), home.world)).rejects.toMatchObject({
      name: "ExecutionNotFound",
    });
  });

  test.each(["executionId", "idempotencyKey", "taskToken"])("must be told the %s", async (field) => {
    const home = await homeWith(...EXECUTIONS);
    await expect(queueForStack({ ...asking("exec_1"), [field]: "" }, home.world)).rejects.toThrow();
    expect(await granted(home)).toEqual([]);
  });
});
