import { describe, expect, test } from "vitest";
import { broker } from "../../../lambdas/broker/handler.ts";
import { changeSets } from "../../../lambdas/change-set/handler.ts";
import { approvedChange, SHOP } from "../../support/approved-change.ts";
import { recording } from "../../support/recording-cloud.ts";
import { ref } from "../../support/records.ts";

const OTHER = "111111111111";
const EVENT = { executionId: "exec_1", idempotencyKey: "exec_1/step/0" };

describe("in the wrong account (law 6)", () => {
  test.each([
    ["apply", {}],
    ["observe", {}],
    ["diagnose", {}],
    ["recover", { gates: [{ gateId: "gate_1" }] }],
    ["undo", { changeSet: null }],
  ])("the broker's %s asks who it is, and nothing else", async (action, input) => {
    const change = await approvedChange({ before: SHOP });
    // What is to be looked at, recovered or undone has begun while the account was still the right one.
    await change.call("apply");
    change.controls.setAccount({ environment: "dev", account: OTHER });
    const calls: string[] = [];
    const refused = broker({ ...EVENT, action, ...input }, recording(change.world, calls));
    await expect(refused).rejects.toMatchObject({
      name: "WrongAccount",
      message: expect.stringMatching(new RegExp(`536580886816.*${OTHER}.*sign in to 536580886816`)),
    });
    expect(calls).toEqual(["callerIdentity"]);
  });

  test.each([
    ["propose", { build: ref(), previous: null }],
    ["discard", { changeSet: ref() }],
    ["undo", { dossier: ref() }],
  ])("the dry run's %s asks who it is, and nothing else", async (action, input) => {
    const change = await approvedChange({ before: SHOP });
    change.controls.setAccount({ environment: "dev", account: OTHER });
    const calls: string[] = [];
    const refused = changeSets({ ...EVENT, action, ...input }, recording(change.world, calls));
    await expect(refused).rejects.toMatchObject({ name: "WrongAccount" });
    expect(calls).toEqual(["callerIdentity"]);
  });
});

test("an approval for the account an environment had is void for the one it has now", async () => {
  const change = await approvedChange({ before: SHOP });
  const { world } = change;
  const environment = (name: "dev") => ({ ...world.environment(name), account: OTHER });
  const cloud = (name: "dev") => {
    const real = world.cloud(name);
    const reader = () => ({
      ...real.reader(),
      callerIdentity: () => Promise.resolve({ account: OTHER, arn: "arn:other" }),
    });
    return { ...real, target: { ...real.target, account: OTHER }, reader };
  };
  const moved = { ...world, environment, cloud } as typeof world;
  await expect(broker({ ...EVENT, action: "apply" }, moved)).rejects.toMatchObject({
    name: "ApprovalVoid",
    message: expect.stringContaining(OTHER),
  });
  expect((await change.stack())?.status).toBe("CREATE_COMPLETE");
});
