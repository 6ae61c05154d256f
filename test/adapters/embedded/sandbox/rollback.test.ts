import { expect, test } from "vitest";
import { lineWithReason, queue, table, topic, type Workbench, workbench } from "./workbench.ts";

const stackOf = (timeout: number, more = {}) => ({
  Dead: queue({ VisibilityTimeout: timeout }),
  Work: queue({ VisibilityTimeout: timeout, Tags: [{ Key: "of", Value: { Ref: "Dead" } }] }),
  ...more,
});

async function since({ events }: Workbench, count: number): Promise<readonly string[]> {
  return (await events()).slice(count).map(lineWithReason);
}

async function stuck(): Promise<Workbench> {
  const bench = workbench();
  await bench.apply(stackOf(1));
  bench.controls.failNext({ environment: "dev", resource: "Work", reason: "Jammed", rollbackToo: true });
  await bench.apply(stackOf(2));
  return bench;
}

test("a rollback that fails halts the stack", async () => {
  const bench = await stuck();
  expect((await since(bench, 0)).slice(-9)).toEqual([
    "Dead UPDATE_COMPLETE",
    "Work UPDATE_IN_PROGRESS",
    "Work UPDATE_FAILED: Jammed",
    "shop UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Work].",
    "Dead UPDATE_IN_PROGRESS",
    "Dead UPDATE_COMPLETE",
    "Work UPDATE_IN_PROGRESS",
    "Work UPDATE_FAILED: Jammed",
    "shop UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [Work].",
  ]);
  await expect(bench.plan(stackOf(3))).rejects.toMatchObject({ name: "StackStuck" });
});

test("continuing goes on with what was not rolled back", async () => {
  const bench = await stuck();
  const before = (await bench.events()).length;
  await bench.applier().continueRollback("again", []);
  expect(await since(bench, before)).toEqual([
    "shop UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
    "Work UPDATE_IN_PROGRESS",
    "Work UPDATE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "shop UPDATE_ROLLBACK_COMPLETE",
  ]);
  const drift = await bench.cloud.reader().resourceDrift("shop", ["Dead", "Work"]);
  expect(drift.map((one) => one.status)).toEqual(["IN_SYNC", "IN_SYNC"]);
});

test("a skipped resource is taken for restored", async () => {
  const bench = await stuck();
  const before = (await bench.events()).length;
  await bench.applier().continueRollback("again", ["Work"]);
  expect(await since(bench, before)).toEqual([
    "shop UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
    "Work UPDATE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "shop UPDATE_ROLLBACK_COMPLETE",
  ]);
});

test("what already succeeded before a failure was ordered goes back all the same", async () => {
  const bench = workbench({ pace: "demo" });
  const { clock, controls, cloud } = bench;
  await bench.apply(stackOf(1));
  clock.pass(60_000);
  await bench.execute(await bench.plan(stackOf(2)));
  clock.pass(1_100);
  controls.failNext({ environment: "dev", resource: "Work" });
  clock.pass(60_000);
  expect((await bench.stack()).status).toBe("UPDATE_ROLLBACK_COMPLETE");
  const drift = await cloud.reader().resourceDrift("shop", ["Dead", "Work"]);
  expect(drift.map((one) => one.status)).toEqual(["IN_SYNC", "IN_SYNC"]);
});

test("only resources whose rollback failed by itself may be skipped", async () => {
  const bench = await stuck();
  await expect(bench.applier().continueRollback("again", ["Dead"])).rejects.toMatchObject({
    name: "RequestInvalid",
    message: expect.stringContaining("[Work]"),
  });
});

test("a stack that is not stuck has no rollback to continue", async () => {
  const bench = workbench();
  await bench.apply(stackOf(1));
  await expect(bench.applier().continueRollback("again", [])).rejects.toMatchObject({ name: "NotUpdating" });
});

test("a resource deleted behind the stack's back during the update makes the rollback fail", async () => {
  const bench = workbench({ pace: "demo" });
  const { clock, controls, cloud } = bench;
  await bench.apply(stackOf(1, { News: topic() }));
  clock.pass(60_000);
  controls.failNext({ environment: "dev", resource: "News" });
  await bench.execute(await bench.plan(stackOf(2, { News: topic({ DisplayName: "news" }), Log: table() })));
  clock.pass(1);
  controls.breakResource({ environment: "dev", stack: "shop", resource: "Dead", how: "resource-deleted" });
  clock.pass(60_000);
  expect((await bench.stack()).status).toBe("UPDATE_ROLLBACK_FAILED");
  expect(await since(bench, 0)).toContainEqual(
    expect.stringMatching(/^Dead UPDATE_FAILED: Resource of type 'AWS::SQS::Queue' .* was not found\.$/),
  );
  await bench.applier().continueRollback("skip it", ["Dead"]);
  clock.pass(60_000);
  expect((await bench.stack()).status).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect((await cloud.reader().resourceDrift("shop", ["Dead"]))[0]?.status).toBe("DELETED");
});

test("cancelling turns a running update round", async () => {
  const bench = workbench({ pace: "demo" });
  const { clock, applier } = bench;
  await bench.apply(stackOf(1));
  clock.pass(60_000);
  const before = (await bench.events()).length;
  await bench.execute(await bench.plan(stackOf(2, { News: topic() })));
  clock.pass(450);
  await applier().cancelUpdate("stop");
  clock.pass(60_000);
  expect(await since(bench, before)).toEqual([
    "shop UPDATE_IN_PROGRESS: User Initiated",
    "Dead UPDATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS: Resource creation Initiated",
    "shop UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
    "Dead UPDATE_FAILED: Resource update cancelled",
    "News CREATE_FAILED: Resource creation cancelled",
    "Dead UPDATE_IN_PROGRESS",
    "Dead UPDATE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "News DELETE_IN_PROGRESS",
    "News DELETE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE",
  ]);
});

test("only a running update can be cancelled, not a creation, a rollback or a stack at rest", async () => {
  const bench = workbench({ pace: "demo" });
  const { applier, clock } = bench;
  await bench.execute(await bench.plan(stackOf(1)));
  await expect(applier().cancelUpdate("a")).rejects.toMatchObject({ name: "NotUpdating" });
  clock.pass(60_000);
  await expect(applier().cancelUpdate("b")).rejects.toMatchObject({ name: "NotUpdating" });
  await bench.execute(await bench.plan(stackOf(2)));
  await applier().cancelUpdate("c");
  await expect(applier().cancelUpdate("d")).rejects.toMatchObject({ name: "NotUpdating" });
  await expect(applier().cancelUpdate("c")).resolves.toBeUndefined();
});

test("a cleanup that fails leaves the resource behind, not the stack", async () => {
  const bench = workbench();
  await bench.apply(stackOf(1, { News: topic() }));
  bench.controls.failNext({ environment: "dev", resource: "News", reason: "Still in use" });
  const before = (await bench.events()).length;
  await bench.apply(stackOf(1));
  expect(await since(bench, before)).toEqual([
    "shop UPDATE_IN_PROGRESS: User Initiated",
    "shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "News DELETE_IN_PROGRESS",
    "News DELETE_FAILED: Still in use",
    "shop UPDATE_COMPLETE: Update successful. One or more resources could not be deleted.",
  ]);
  expect(bench.controls.show({ environment: "dev" })[0]?.released).toMatchObject([{ logicalId: "News" }]);
});
