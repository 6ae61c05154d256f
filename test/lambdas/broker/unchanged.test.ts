import { describe, expect, test } from "vitest";
import {
  type ApprovedChange,
  approvedChange,
  deploy,
  SHOP,
  SHOP_MODIFIED,
  SHOP_TURNED_ROUND,
} from "../../support/approved-change.ts";

type Disturbance = (change: ApprovedChange) => unknown;
const planner = ({ world }: ApprovedChange) => world.cloud("dev").planner();

/** The change set is taken away, and another is put in its place under the same name and token. */
function exchanged(resources: typeof SHOP, parameters: Record<string, string> = {}): Disturbance {
  return async (change) => {
    const { name, arn } = change.changeSet;
    await planner(change).deleteChangeSet(arn);
    const Parameters = Object.fromEntries(Object.keys(parameters).map((key) => [key, { Type: "String" }]));
    const template = JSON.stringify({ Resources: resources, Parameters });
    const clientToken = "exec_1/CreateChangeSet/0";
    const request = { stack: "shop", name, template, parameters, tags: {}, clientToken };
    const made = await planner(change).createChangeSet(request);
    expect(made.arn).toBe(arn);
  };
}

const queue = (properties: object) => ({ ...SHOP["Jobs"]!, Properties: { ...properties } });

const DISTURBANCES: [string, Disturbance, RegExp][] = [
  ["the change set is gone", (change) => planner(change).deleteChangeSet(change.changeSet.arn), /is gone/],
  [
    "another change set took its place that changes more",
    exchanged({ ...SHOP_MODIFIED, Orders: SHOP_TURNED_ROUND["Orders"]! }),
    /template is another.*changes are others/,
  ],
  [
    "another template was put under the very same changes",
    exchanged({ ...SHOP, Jobs: queue({ VisibilityTimeout: 43_200 }) }),
    /template is another/,
  ],
  ["it has other parameters", exchanged(SHOP_MODIFIED, { Stage: "two" }), /parameters are others/],
  [
    "somebody else updated the stack",
    ({ world }) => deploy(world, "dev", { ...SHOP, Jobs: queue({ VisibilityTimeout: 45 }) }),
    /OBSOLETE.*somebody else updated the stack at/,
  ],
  [
    "a resource the change touches has drifted",
    ({ controls }) => controls.drift({ environment: "dev", stack: "shop", resource: "Jobs" }),
    /drifted/,
  ],
  [
    "a resource the change touches was deleted",
    ({ controls }) =>
      controls.breakResource({
        environment: "dev",
        stack: "shop",
        resource: "Jobs",
        how: "resource-deleted",
      }),
    /drifted/,
  ],
  [
    "the stack was deleted and another has taken its name",
    async ({ world }) => {
      await world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
      await deploy(world, "dev", SHOP);
    },
    /updated the stack at|OBSOLETE/,
  ],
];

describe("between approval and apply, an approval is void and nothing is done when", () => {
  test.each(DISTURBANCES)("%s", async (_what, disturb, why) => {
    const change = await approvedChange({ before: SHOP });
    await disturb(change);
    const before = await change.stack();
    await expect(change.call("apply")).rejects.toMatchObject({
      name: "ApprovalVoid",
      message: expect.stringMatching(why),
    });
    expect(change.mutations()).toEqual([]);
    expect([await change.stack(), (await change.execution()).apply]).toEqual([before, undefined]);
  });

  test("a new stack's place was taken meanwhile", async () => {
    const change = await approvedChange({ after: SHOP });
    await deploy(change.world, "dev", SHOP_MODIFIED);
    await expect(change.call("apply")).rejects.toMatchObject({ name: "ApprovalVoid" });
    expect(change.mutations()).toEqual([]);
  });
});

test("the drift of a resource the change does not touch voids nothing", async () => {
  const change = await approvedChange({ before: SHOP });
  change.controls.drift({ environment: "dev", stack: "shop", resource: "Orders" });
  await change.call("apply");
  expect(await change.call("observe")).toMatchObject({ standing: "applied" });
});

test("drift that was there when it was approved, and was approved with it, voids nothing", async () => {
  const change = await approvedChange({
    before: SHOP,
    beforehand: (controls) => controls.drift({ environment: "dev", stack: "shop", resource: "Jobs" }),
  });
  expect(change.changeSet.baseline.drift).toMatchObject([{ logicalId: "Jobs", status: "MODIFIED" }]);
  await change.call("apply");
  expect(await change.call("observe")).toMatchObject({ standing: "applied" });
});
