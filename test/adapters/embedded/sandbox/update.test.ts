import { expect, test } from "vitest";
import { lineWithReason, queue, table, topic, workbench } from "./workbench.ts";

const BEFORE = {
  Orders: queue({ QueueName: "orders", VisibilityTimeout: 30 }),
  Reader: topic({ DisplayName: { "Fn::GetAtt": ["Orders", "QueueName"] } }),
  Old: topic(),
};

const AFTER = {
  Orders: queue({ QueueName: "orders-2", VisibilityTimeout: 60 }),
  Reader: topic({ DisplayName: { "Fn::GetAtt": ["Orders", "QueueName"] } }),
  New: table(),
};

const REPLACING = "Requested update requires the creation of a new physical resource; hence creating one.";

test("an update replaces, follows the reference, adds, and removes in the cleanup", async () => {
  const { apply, events, resources, stack } = workbench();
  const before = (await apply(BEFORE)).length;
  await apply(AFTER);
  expect((await events()).slice(before).map(lineWithReason)).toEqual([
    "shop UPDATE_IN_PROGRESS: User Initiated",
    `Orders UPDATE_IN_PROGRESS: ${REPLACING}`,
    "New CREATE_IN_PROGRESS",
    "New CREATE_IN_PROGRESS: Resource creation Initiated",
    "Orders UPDATE_IN_PROGRESS: Resource creation Initiated",
    "New CREATE_COMPLETE",
    "Orders UPDATE_COMPLETE",
    "Reader UPDATE_IN_PROGRESS",
    "Reader UPDATE_COMPLETE",
    "shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "Orders DELETE_IN_PROGRESS",
    "Old DELETE_IN_PROGRESS",
    "Old DELETE_COMPLETE",
    "Orders DELETE_COMPLETE",
    "shop UPDATE_COMPLETE",
  ]);
  expect(await resources()).toMatchObject({ Orders: expect.stringMatching(/orders-2$/) });
  expect(Object.keys(await resources())).toEqual(["New", "Orders", "Reader"]);
  expect(await stack()).toMatchObject({ status: "UPDATE_COMPLETE" });
});

test("a failed update brings back what was, and deletes what it made", async () => {
  const { apply, controls, events, resources, cloud, stack } = workbench();
  const before = (await apply(BEFORE)).length;
  const was = await resources();
  const template = await cloud.reader().stackTemplate("shop");
  controls.failNext({ environment: "dev", resource: "Reader", reason: "No" });
  await apply(AFTER);
  expect((await events()).slice(before).map(lineWithReason)).toEqual([
    "shop UPDATE_IN_PROGRESS: User Initiated",
    `Orders UPDATE_IN_PROGRESS: ${REPLACING}`,
    "New CREATE_IN_PROGRESS",
    "New CREATE_IN_PROGRESS: Resource creation Initiated",
    "Orders UPDATE_IN_PROGRESS: Resource creation Initiated",
    "New CREATE_COMPLETE",
    "Orders UPDATE_COMPLETE",
    "Reader UPDATE_IN_PROGRESS",
    "Reader UPDATE_FAILED: No",
    "shop UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Reader].",
    "Orders UPDATE_COMPLETE",
    "Reader UPDATE_IN_PROGRESS",
    "Reader UPDATE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "New DELETE_IN_PROGRESS",
    "Orders DELETE_IN_PROGRESS",
    "New DELETE_COMPLETE",
    "Orders DELETE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE",
  ]);
  expect(await resources()).toEqual(was);
  expect(await cloud.reader().stackTemplate("shop")).toBe(template);
  expect(await stack()).toMatchObject({ status: "UPDATE_ROLLBACK_COMPLETE" });
});

test("a reference that does change replaces what it had to, and a rollback undoes the whole chain", async () => {
  const { apply, controls, resources } = workbench();
  const chain = (name: string) => ({
    First: topic({ DisplayName: name }),
    Second: topic({ TopicName: { "Fn::GetAtt": ["First", "DisplayName"] } }),
    Third: queue({ Tags: [{ Key: "of", Value: { Ref: "Second" } }] }),
  });
  await apply(chain("one"));
  const before = await resources();
  expect((await apply(chain("two"))).slice(1)).toEqual([
    "First UPDATE_IN_PROGRESS",
    "First UPDATE_COMPLETE",
    "Second UPDATE_IN_PROGRESS",
    "Second UPDATE_IN_PROGRESS",
    "Second UPDATE_COMPLETE",
    "Third UPDATE_IN_PROGRESS",
    "Third UPDATE_COMPLETE",
    "shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "Second DELETE_IN_PROGRESS",
    "Second DELETE_COMPLETE",
    "shop UPDATE_COMPLETE",
  ]);
  const after = await resources();
  expect(after["First"]).toBe(before["First"]);
  expect(after["Second"]).toMatch(/:two$/);

  controls.failNext({ environment: "dev", resource: "Third" });
  await apply(chain("three"));
  expect(await resources()).toEqual(after);
});

test("a replaced resource is kept, or kept as a snapshot, as the new template says", async () => {
  const { apply, cloud, events, resources } = workbench();
  const orders = (user: string, policy: string) => ({
    Orders: {
      Type: "AWS::RDS::DBInstance",
      UpdateReplacePolicy: policy,
      Properties: { Engine: "postgres", MasterUsername: user },
    },
  });
  await apply(orders("a", "Delete"));
  const { Orders: first = "" } = await resources();
  await apply(orders("b", "Snapshot"));
  const { Orders: second = "" } = await resources();
  await apply(orders("c", "Retain"));
  const snapshots = (physicalId: string) =>
    cloud.reader().snapshots({ type: "AWS::RDS::DBInstance", physicalId });
  expect([await snapshots(first), await snapshots(second)]).toMatchObject([[{ of: first }], []]);
  const ends = (await events()).filter((event) => event.status.startsWith("DELETE_"));
  expect(ends.map((event) => [event.status, event.physicalId])).toEqual([
    ["DELETE_IN_PROGRESS", first],
    ["DELETE_COMPLETE", first],
    ["DELETE_SKIPPED", second],
  ]);
});

test("what another stack exports can be imported, and what none exports cannot", async () => {
  const { apply, events, stack } = workbench();
  const reads = { Reader: topic({ DisplayName: { "Fn::ImportValue": "work-url" } }) };
  await apply(reads);
  expect((await events()).map(lineWithReason)).toContain(
    "Reader CREATE_FAILED: No export named work-url found",
  );
  const writes = {
    Resources: { Work: queue() },
    Outputs: { Url: { Value: { Ref: "Work" }, Export: { Name: "work-url" } } },
  };
  await apply(writes, { stack: "writer" });
  await apply(reads, { stack: "reader" });
  expect((await stack("reader")).status).toBe("CREATE_COMPLETE");
});
