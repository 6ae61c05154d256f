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
