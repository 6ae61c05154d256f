import { expect, test } from "vitest";
import { bucket, lineWithReason, queue, table, topic, workbench } from "./workbench.ts";

const CHAIN = {
  Dead: queue(),
  Work: queue({ RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] } } }),
  News: topic(),
};

test("a stack is created in dependency order, independent resources in parallel", async () => {
  const { apply, stack } = workbench();
  expect(await apply(CHAIN)).toEqual([
    "shop REVIEW_IN_PROGRESS",
    "shop CREATE_IN_PROGRESS",
    "Dead CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "Dead CREATE_IN_PROGRESS",
    "News CREATE_COMPLETE",
    "Dead CREATE_COMPLETE",
    "Work CREATE_IN_PROGRESS",
    "Work CREATE_IN_PROGRESS",
    "Work CREATE_COMPLETE",
    "shop CREATE_COMPLETE",
  ]);
  expect(await stack()).toMatchObject({ status: "CREATE_COMPLETE" });
});

test("the second CREATE_IN_PROGRESS brings the physical id", async () => {
  const { apply, events } = workbench();
  await apply({ Work: queue() });
  const work = (await events()).filter((event) => event.logicalId === "Work");
  expect(work.map((event) => [event.physicalId === "", event.reason])).toEqual([
    [true, undefined],
    [false, "Resource creation Initiated"],
    [false, undefined],
  ]);
});

test("each event of a stack has its own instant, later than the one before", async () => {
  const { apply, events } = workbench();
  await apply(CHAIN);
  const instants = (await events()).map((event) => event.at);
  expect(instants).toEqual([...new Set(instants)].sort());
});

test("a failed creation cancels what is in flight and deletes what was created", async () => {
  const { apply, controls, events, resources } = workbench();
  controls.failNext({ environment: "dev", resource: "Work", reason: "Out of queues" });
  await apply({ ...CHAIN, Photos: bucket({ Tags: [{ Key: "of", Value: { Ref: "Dead" } }] }), Log: table() });
  expect((await events()).map(lineWithReason).slice(1)).toEqual([
    "shop CREATE_IN_PROGRESS: User Initiated",
    "Dead CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS",
    "Log CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS: Resource creation Initiated",
    "Log CREATE_IN_PROGRESS: Resource creation Initiated",
    "Dead CREATE_IN_PROGRESS: Resource creation Initiated",
    "News CREATE_COMPLETE",
    "Log CREATE_COMPLETE",
    "Dead CREATE_COMPLETE",
    "Work CREATE_IN_PROGRESS",
    "Photos CREATE_IN_PROGRESS",
    "Work CREATE_IN_PROGRESS: Resource creation Initiated",
    "Photos CREATE_IN_PROGRESS: Resource creation Initiated",
    "Work CREATE_FAILED: Out of queues",
    "Photos CREATE_FAILED: Resource creation cancelled",
    "shop ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Work, Photos]. Rollback requested by user.",
    "News DELETE_IN_PROGRESS",
    "Log DELETE_IN_PROGRESS",
    "Work DELETE_IN_PROGRESS",
    "Photos DELETE_IN_PROGRESS",
    "Photos DELETE_COMPLETE",
    "Log DELETE_COMPLETE",
    "News DELETE_COMPLETE",
    "Work DELETE_COMPLETE",
    "Dead DELETE_IN_PROGRESS",
    "Dead DELETE_COMPLETE",
    "shop ROLLBACK_COMPLETE",
  ]);
  expect(Object.keys(await resources())).toEqual(["Dead", "Log", "News", "Photos", "Work"]);
});
