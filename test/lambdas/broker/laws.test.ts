import { describe, expect, test } from "vitest";
import { approvedChange, SHOP, SHOP_TURNED_ROUND } from "../../support/approved-change.ts";

const PROD = { environment: "prod", before: SHOP } as const;
const JOBS_ONLY = { Jobs: SHOP["Jobs"]! };
const named = { environment: "prod", stack: "shop", resource: "Orders" } as const;

describe("at the last moment the laws are asked once more", () => {
  test.each([
    ["delete", { Jobs: SHOP["Jobs"]! }],
    ["replace", { ...SHOP, Orders: SHOP_TURNED_ROUND["Orders"]! }],
  ])("and no approval lets prod %s a table without a snapshot", async (_what, after) => {
    const change = await approvedChange({ ...PROD, after });
    await expect(change.call("apply")).rejects.toMatchObject({ name: "LawBroken" });
    expect([change.mutations(), await change.holds()]).toEqual([[], ["Jobs", "Orders"]]);
  });

  test("and a snapshot that was fresh when people approved may be too old by now", async () => {
    const change = await approvedChange({ ...PROD, after: JOBS_ONLY });
    change.controls.takeSnapshot(named);
    await change.call("apply");
    expect(await change.holds()).toEqual(["Jobs"]);

    const late = await approvedChange({ ...PROD, after: JOBS_ONLY, gateHours: 48 });
    late.controls.takeSnapshot(named);
    late.time.pass(25 * 60);
    await expect(late.call("apply")).rejects.toMatchObject({ name: "LawBroken" });
    expect(late.mutations()).toEqual([]);
  });

  test("and in dev nothing of that is forbidden", async () => {
    const change = await approvedChange({ before: SHOP, after: JOBS_ONLY });
    await change.call("apply");
    expect(await change.holds()).toEqual(["Jobs"]);
  });

  test.each([
    [
      "a role of Conductor's",
      { Type: "AWS::IAM::Policy", Properties: { Roles: ["agent-mesh-dev-broker"] } },
      /Conductor/,
    ],
    [
      "an image by its tag",
      { Type: "AWS::ECS::TaskDefinition", Properties: { ContainerDefinitions: [{ Image: "nginx:latest" }] } },
      /tag/,
    ],
    [
      "a credential",
      { Type: "AWS::SNS::Topic", Properties: { DisplayName: "AKIAIOSFODNN7EXAMPLE" } },
      /credential/,
    ],
  ])("and a template with %s is not applied, whoever approved it", async (_what, resource, why) => {
    const change = await approvedChange({ before: SHOP, after: { ...SHOP, Added: resource } });
    await expect(change.call("apply")).rejects.toMatchObject({
      name: "LawBroken",
      message: expect.stringMatching(why),
    });
    expect(change.mutations()).toEqual([]);
  });
});
