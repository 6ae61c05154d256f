import { describe, expect, test } from "vitest";
import { denial } from "../../../adapters/embedded/sandbox/stack-policy.ts";
import type { ResourceChange } from "../../../core/artifacts/change-set.ts";
import { broker } from "../../../lambdas/broker/handler.ts";
import { stackPolicyFor } from "../../../lambdas/broker/session.ts";
import { approvedChange, SHOP, SHOP_TURNED_ROUND } from "../../support/approved-change.ts";
import { aChange } from "../../support/dossiers.ts";

const ACTIONS = ["Update:Modify", "Update:Replace", "Update:Delete"] as const;

/** What a policy made of these changes lets an update do to a resource, as CloudFormation reads it. */
function permitted(changes: ResourceChange[], logicalId: string): string[] {
  const policy = stackPolicyFor(changes);
  return ACTIONS.filter((action) => denial(policy, action, { logicalId, type: "AWS::X" }) === undefined);
}

const recreates = (requiresRecreation: "conditionally" | "always") =>
  aChange({ logicalId: "Asked", action: "modify", changed: [{ path: "Properties.X", requiresRecreation }] });

describe("the stack policy of an approved change", () => {
  test.each([
    ["is added", aChange({ logicalId: "Asked", action: "add" }), []],
    ["is modified", aChange({ logicalId: "Asked", action: "modify" }), []],
    ["is replaced", aChange({ logicalId: "Asked", action: "replace" }), ["Update:Replace"]],
    ["may turn out to be replaced", recreates("conditionally"), ["Update:Replace"]],
    ["is removed", aChange({ logicalId: "Asked", action: "remove" }), ["Update:Delete"]],
  ])("lets what %s go that way and no other, and everything else stay", (_what, change, allowed) => {
    expect(permitted([change], "Asked")).toEqual(["Update:Modify", ...allowed]);
    for (const other of ["Other", "AskedToo", "Ask", "*"]) {
      expect(permitted([change], other)).toEqual(["Update:Modify"]);
    }
  });

  test("of no change at all lets nothing be replaced or deleted", () => {
    expect(permitted([], "Anything")).toEqual(["Update:Modify"]);
  });

  test("is set before the change set is executed, and lets it through", async () => {
    const change = await approvedChange({ before: SHOP, after: SHOP_TURNED_ROUND });
    await change.call("apply");
    expect(change.mutations()).toEqual(["setStackPolicy", "executeChangeSet"]);
    expect(await change.call("observe")).toMatchObject({ standing: "applied" });
    expect(await change.holds()).toEqual(["Alerts", "Orders"]);
  });

  test("makes CloudFormation refuse what was never approved, whoever executes it", async () => {
    const change = await approvedChange({ before: SHOP });
    await change.call("apply");
    await change.call("observe");
    // By hand, past everything of ours: the table would be replaced and the queue removed.
    const cloud = change.world.cloud("dev");
    const template = JSON.stringify({ Resources: SHOP_TURNED_ROUND });
    const request = { stack: "shop", name: "past-us", template, parameters: {}, tags: {}, clientToken: "x" };
    const { arn } = await cloud.planner().createChangeSet(request);
    const session = { executionId: "x", stack: "shop", changeSetName: "past-us", tags: {} };
    await cloud.applier(session).executeChangeSet(arn, "x");
    expect((await change.stack())?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(await change.holds()).toEqual(["Jobs", "Orders"]);
  });
});

test("the session is pinned to the stack and the change set, and names the execution, its gates and who decided", async () => {
  const change = await approvedChange({ before: SHOP });
  const sessions: unknown[] = [];
  const real = change.world.cloud("dev");
  const cloud = () => ({
    ...real,
    applier: (session: Parameters<typeof real.applier>[0]) => {
      sessions.push(session);
      return real.applier(session);
    },
  });
  await broker({ action: "apply", executionId: "exec_1", idempotencyKey: "k" }, { ...change.world, cloud });
  expect(sessions).toEqual([
    {
      executionId: "exec_1",
      stack: change.changeSet.stackId,
      changeSetName: change.changeSet.name,
      tags: { gates: expect.stringMatching(/^gate_\w+$/), deciders: "grace" },
    },
  ]);
});
