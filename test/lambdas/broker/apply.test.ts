import { describe, expect, test } from "vitest";
import { cancel } from "../../../core/execution/signal.ts";
import { releaseLock } from "../../../core/lock/locks.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { type Key, TableError } from "../../../core/table/table.ts";
import { broker } from "../../../lambdas/broker/handler.ts";
import {
  type ApprovedChange,
  approvedChange,
  SHOP,
  SHOP_MODIFIED,
  SHOP_TURNED_ROUND,
} from "../../support/approved-change.ts";
import { crashingTable } from "../../support/tables.ts";
import { person } from "../../support/workspace.ts";

const APPLY = { action: "apply", executionId: "exec_1", idempotencyKey: "exec_1/apply/0" };

/** Updates of the stack that CloudFormation began, as the record tells it. */
async function updates(change: ApprovedChange): Promise<number> {
  const progress = await change.told("apply.progress");
  return progress.filter(({ data }) => data["isStack"] && data["status"] === "UPDATE_IN_PROGRESS").length;
}

describe("an approved change", () => {
  test("is executed exactly, by the ARN that was approved, and watched to its end", async () => {
    const change = await approvedChange({ before: SHOP, after: SHOP_TURNED_ROUND });
    expect(await change.call("apply")).toEqual({ stackId: change.changeSet.stackId });
    expect(await change.call("observe")).toMatchObject({ standing: "applied" });
    expect(await change.holds()).toEqual(["Alerts", "Orders"]);
    const { digest, account, changeSet } = change.dossier;
    expect((await change.told("apply.began")).map(({ data }) => data)).toEqual([
      { digest, account, changeSetArn: changeSet.arn, stackId: changeSet.stackId },
    ]);
    expect((await change.execution()).apply).toMatchObject({ changeSetArn: changeSet.arn, driftedAfter: [] });
  });

  test("of a stack that is new needs no stack policy", async () => {
    const change = await approvedChange({ after: SHOP });
    await change.call("apply");
    expect(await change.call("observe")).toMatchObject({ standing: "applied" });
    expect(change.mutations()).toEqual(["executeChangeSet"]);
  });

  test("is executed once, however often and however late the same step asks", async () => {
    const change = await approvedChange({ before: SHOP });
    for (let i = 0; i < 3; i++) await change.call("apply");
    await change.call("observe");
    await change.call("apply");
    expect([await updates(change), (await change.told("apply.began")).length]).toEqual([1, 1]);
  });

  test("is executed once though the power goes at any moment of the beginning", async () => {
    for (const mishap of ["before", "after"] as const) {
      const change = await approvedChange({ before: SHOP });
      const world = { ...change.world, table: crashingTable(change.world.table, [mishap]) };
      await expect(broker(APPLY, world)).rejects.toMatchObject({ name: "Unavailable" });
      expect((await change.stack())?.status).toBe("CREATE_COMPLETE");
      await change.call("apply");
      await change.call("observe");
      expect([await updates(change), (await change.told("apply.began")).length]).toEqual([1, 1]);
    }
  });

  test("of 60 resources leaves every event in the record, however many come at once", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`Jobs${i}`, SHOP_MODIFIED["Jobs"]!]),
    );
    const change = await approvedChange({ after: many });
    await change.call("apply");
    expect(await change.call("observe")).toMatchObject({ standing: "applied" });
    const progress = await change.told("apply.progress");
    const events = await change.world.cloud("dev").reader().stackEvents("shop");
    // The first event tells of the change set and was there before.
    expect(progress.length).toBe(events.length - 1);
    expect(new Set(progress.map(({ data }) => data["logicalId"])).size).toBe(61);
  });
});

describe("without", () => {
  test("the lock nothing is applied, and no stack policy is touched", async () => {
    const change = await approvedChange({ before: SHOP });
    await atomically(change.world.table, async (unit) =>
      releaseLock(unit, await change.execution(), change.time.now().toISOString()),
    );
    await expect(change.call("apply")).rejects.toMatchObject({ name: "LockNotHeld" });
    expect([change.mutations(), (await change.execution()).changeStatus]).toEqual([[], "WAIT_FOR_APPROVE"]);
  });

  test("a lock store that answers nothing is applied, and the refusal has a name of its own", async () => {
    const change = await approvedChange({ before: SHOP });
    const { table } = change.world;
    const gone = () => Promise.reject(new TableError("Unavailable", "no route to it"));
    const unreachable = {
      ...crashingTable(table, []),
      get: (key: Key) => (key.pk.startsWith("LOCK#") ? gone() : table.get(key)),
    };
    const refused = broker(APPLY, { ...change.world, table: unreachable });
    await expect(refused).rejects.toMatchObject({ name: "LockUnavailable" });
    const execution = await change.execution();
    expect([(await change.stack())?.status, execution.apply]).toEqual(["CREATE_COMPLETE", undefined]);
  });
});

describe("in the last moment", () => {
  test("a cancellation still keeps the change from being applied", async () => {
    const change = await approvedChange({ before: SHOP });
    await cancel(change.world, "exec_1", person("ada"));
    await expect(change.call("apply")).rejects.toMatchObject({ name: "ExecutionCancelled" });
    expect(change.mutations()).toEqual([]);
  });

  test("another change set of the stack voids the approval, also between the record and CloudFormation", async () => {
    const change = await approvedChange({ before: SHOP });
    const world = { ...change.world, table: crashingTable(change.world.table, ["after"]) };
    await expect(broker(APPLY, world)).rejects.toMatchObject({ name: "Unavailable" });
    change.controls.drift({ environment: "dev", stack: "shop", resource: "Jobs" });
    // The beginning is on record, yet CloudFormation has not taken it up: everything is asked again.
    await expect(change.call("apply")).rejects.toMatchObject({ name: "ApprovalVoid" });
    expect(change.mutations()).toEqual([]);
  });
});
