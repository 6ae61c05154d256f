import { expect, test } from "vitest";
import type { Json } from "../../../../core/template/template.ts";
import { bucket, lineWithReason, queue, table, topic, workbench } from "./workbench.ts";

const database = (policy: string, properties: Json = {}): Json => ({
  Type: "AWS::RDS::DBInstance",
  DeletionPolicy: policy,
  Properties: { Engine: "postgres", StorageEncrypted: true, ...(properties as object) },
});

test("a stack is deleted in reverse order, policies retain and snapshot", async () => {
  const { apply, applier, cloud, events, stack, resources, controls } = workbench();
  await apply({
    Photos: { ...(bucket() as object), DeletionPolicy: "Retain" },
    Orders: database("Snapshot"),
    Alias: topic({ DisplayName: { "Fn::GetAtt": ["Orders", "Endpoint.Address"] } }),
    Work: queue(),
  });
  const { stackId } = await stack();
  const { Orders = "" } = await resources();
  const before = (await events()).length;
  await applier().deleteStack("now");
  const all = await cloud.reader().stackEvents(stackId);
  expect(all.slice(before).map(lineWithReason)).toEqual([
    "shop DELETE_IN_PROGRESS: User Initiated",
    "Photos DELETE_SKIPPED",
    "Work DELETE_IN_PROGRESS",
    "Alias DELETE_IN_PROGRESS",
    "Alias DELETE_COMPLETE",
    "Orders DELETE_IN_PROGRESS",
    "Work DELETE_COMPLETE",
    "Orders DELETE_COMPLETE",
    "shop DELETE_COMPLETE",
  ]);
  const snapshots = await cloud.reader().snapshots({ type: "AWS::RDS::DBInstance", physicalId: Orders });
  expect(snapshots).toMatchObject([{ of: Orders, status: "available", encrypted: true }]);
  expect(controls.show({ environment: "dev" })[0]?.released).toMatchObject([{ logicalId: "Photos" }]);
});

test("a deleted stack is found by its id only, and its name is free again", async () => {
  const { apply, applier, cloud, stack } = workbench();
  await apply({ Work: queue() });
  const { stackId } = await stack();
  await applier().deleteStack("now");
  expect(await cloud.reader().describeStack("shop")).toBeUndefined();
  expect(await cloud.reader().describeStack(stackId)).toMatchObject({ status: "DELETE_COMPLETE" });
  await apply({ Work: queue() });
  expect((await stack()).stackId).not.toBe(stackId);
});

test("a stack can be deleted while it is being created", async () => {
  const { execute, plan, applier, clock, cloud, stack } = workbench({ pace: "demo" });
  await execute(await plan({ Log: table(), Work: queue(), After: topic({ DisplayName: { Ref: "Work" } }) }));
  clock.pass(1_000);
  const { stackId } = await stack();
  await applier().deleteStack("now");
  clock.pass(60_000);
  expect((await cloud.reader().stackEvents(stackId)).slice(4).map(lineWithReason)).toEqual([
    "Log CREATE_IN_PROGRESS: Resource creation Initiated",
    "Work CREATE_IN_PROGRESS: Resource creation Initiated",
    "Log CREATE_COMPLETE",
    "shop DELETE_IN_PROGRESS: User Initiated",
    "Work CREATE_FAILED: Resource creation cancelled",
    "Log DELETE_IN_PROGRESS",
    "Work DELETE_IN_PROGRESS",
    "Log DELETE_COMPLETE",
    "Work DELETE_COMPLETE",
    "shop DELETE_COMPLETE",
  ]);
});

test("a stack cannot be deleted while it is being updated", async () => {
  const { apply, execute, plan, applier, clock } = workbench({ pace: "demo" });
  await apply({ Work: queue() });
  clock.pass(60_000);
  await execute(await plan({ Work: queue({ VisibilityTimeout: 5 }) }));
  await expect(applier().deleteStack("now")).rejects.toMatchObject({
    name: "StackBusy",
    message: expect.stringContaining("UPDATE_IN_PROGRESS"),
  });
});

test("a deletion that fails keeps what it could not delete, and can be repeated", async () => {
  const { apply, applier, controls, cloud, stack, resources } = workbench();
  await apply({ Dead: queue(), Work: queue({ Tags: [{ Key: "of", Value: { Ref: "Dead" } }] }) });
  const { stackId } = await stack();
  controls.failNext({ environment: "dev", resource: "Work", reason: "In use" });
  await applier().deleteStack("first");
  expect(await stack()).toMatchObject({
    status: "DELETE_FAILED",
    statusReason: "The following resource(s) failed to delete: [Work].",
  });
  expect(Object.keys(await resources())).toEqual(["Dead", "Work"]);
  await applier().deleteStack("second");
  expect((await cloud.reader().describeStack(stackId))?.status).toBe("DELETE_COMPLETE");
});

test("a database with deletion protection cannot be deleted", async () => {
  const { apply, applier, stack, events } = workbench();
  await apply({ Orders: database("Delete", { DeletionProtection: true }) });
  await applier().deleteStack("now");
  expect((await stack()).status).toBe("DELETE_FAILED");
  expect((await events()).map(lineWithReason)).toContain(
    "Orders DELETE_FAILED: Cannot delete protected DB Instance, please disable deletion protection and try again.",
  );
});

test("a stack whose creation was rolled back is led out by deleting it", async () => {
  const { apply, plan, applier, controls, stack } = workbench();
  controls.failNext({ environment: "dev", resource: "Work" });
  await apply({ Work: queue() });
  await expect(plan({ Work: queue() })).rejects.toMatchObject({
    name: "StackStuck",
    message: expect.stringMatching(
      /is in ROLLBACK_COMPLETE state and can not be updated\. Delete it first\.$/,
    ),
  });
  await applier().deleteStack("now");
  await apply({ Work: queue() });
  expect((await stack()).status).toBe("CREATE_COMPLETE");
});

test("deleting a stack that is not there is done already", async () => {
  await expect(workbench().applier("nowhere").deleteStack("now")).resolves.toBeUndefined();
});

test("a creation rolled back retains what its policy retains, and no more than that", async () => {
  const { apply, controls, events } = workbench();
  controls.failNext({ environment: "dev", resource: "AWS::S3::Bucket" });
  await apply({
    Kept: { ...(topic() as object), DeletionPolicy: "Retain" },
    Not: { ...(topic() as object), DeletionPolicy: "RetainExceptOnCreate" },
    Late: bucket(),
  });
  const ends = (await events()).map(lineWithReason).filter((line) => line.includes("DELETE_"));
  expect(ends).toEqual([
    "Kept DELETE_SKIPPED",
    "Not DELETE_IN_PROGRESS",
    "Late DELETE_IN_PROGRESS",
    "Late DELETE_COMPLETE",
    "Not DELETE_COMPLETE",
  ]);
});

test("the unasked policy of a database that stands alone is to keep a snapshot", async () => {
  const { apply, plan, cloud, resources } = workbench();
  const { DeletionPolicy: _none, ...bare } = database("Delete") as Record<string, Json>;
  await apply({ Work: queue(), Orders: bare });
  const { Orders = "" } = await resources();
  expect((await plan({ Work: queue() })).changes).toMatchObject([{ policyAction: "Snapshot" }]);
  await apply({ Work: queue() });
  const found = await cloud.reader().snapshots({ type: "AWS::RDS::DBInstance", physicalId: Orders });
  expect(found).toHaveLength(1);
});
