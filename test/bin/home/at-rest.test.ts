import { expect, test } from "vitest";
import { restOf } from "../../../bin/home/at-rest.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { open } from "../../../core/gate/gates.ts";
import { acquireLock } from "../../../core/lock/locks.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { homeWith, type Workplace } from "../../support/executions.ts";
import { AT, aGate, anExecution } from "../../support/records.ts";

const first = anExecution({ id: "exec_1", changeStatus: "WAIT_FOR_APPROVE" });
const second = anExecution({ id: "exec_2" });

/** Two executions of one stack: the first holds its lock, the second waits in the queue. */
async function queue(waiting: Execution = second): Promise<Workplace> {
  const home = await homeWith(first, waiting);
  for (const execution of [first, waiting])
    await atomically(home.world.table, (unit) => acquireLock(unit, execution, `of ${execution.id}`, AT));
  return home;
}

const openGate = (home: Workplace) =>
  atomically(home.world.table, (unit) => open(unit, aGate({ executionId: "exec_1" })));

test("an execution rests at an open gate until that has expired", async () => {
  const home = await queue();
  expect(await restOf(home.world, first)).toBeUndefined();
  const { expiresAt } = await openGate(home);
  expect(await restOf(home.world, first)).toBe("gate");
  home.clock.advance(Date.parse(expiresAt) - Date.parse(AT));
  expect(await restOf(home.world, first)).toBeUndefined();
});

test("an execution rests in the queue of its stack only while the one before it rests", async () => {
  const home = await queue();
  expect(await restOf(home.world, second)).toBeUndefined();
  await openGate(home);
  expect(await restOf(home.world, second)).toBe("queued");
});

test("an execution that was cancelled in the queue goes on to its end, whatever the one before it waits for", async () => {
  const cancelled = { ...second, signals: { cancel: { by: "ada", at: AT } } };
  const home = await queue(cancelled);
  await openGate(home);
  expect(await restOf(home.world, cancelled)).toBeUndefined();
});

test("an execution that is paused or has ended rests", async () => {
  const home = await queue();
  expect(await restOf(home.world, { ...second, status: "paused" })).toBe("paused");
  expect(await restOf(home.world, { ...second, endedAt: AT })).toBe("ended");
});
