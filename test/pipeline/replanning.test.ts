import { describe, expect, test } from "vitest";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { pause, unpause } from "../../core/execution/signal.ts";
import { deploy, SHOP, SHOP_MODIFIED } from "../support/approved-change.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const QUEUE = { ...GOAL, requires: [{ block: "task_queue", name: "jobs" }] };
const SLOWER = {
  ...GOAL,
  requires: [{ block: "task_queue", name: "jobs", parameters: { retentionDays: 9 } }],
};

/** A deployed queue with a change of it before people. */
async function waiting() {
  const pipeline = new Pipeline();
  await pipeline.carryOut(QUEUE);
  const id = await pipeline.start(SLOWER);
  expect(await pipeline.rest(id)).toMatchObject({ rest: "gate" });
  return { pipeline, id };
}

/** Something changes a resource of the change behind the stack's back. */
async function disturb(pipeline: Pipeline, id: string): Promise<void> {
  const { changes } = await pipeline.artifact<Dossier>(id, "dossier.json");
  const { logicalId: resource } = changes.find(({ type }) => type === "AWS::SQS::Queue")!;
  const where = { environment: "dev", stack: "shop", resource } as const;
  const value = Math.round(pipeline.time.now().getTime() / 1000) % 100_000;
  pipeline.controls.drift({ ...where, property: "MessageRetentionPeriod", value });
}

describe("a change that is not what was approved any more", () => {
  test("is planned anew and asks people again: the old approval decides nothing", async () => {
    const { pipeline, id } = await waiting();
    const before = await pipeline.artifact<Dossier>(id, "dossier.json");
    await disturb(pipeline, id);
    expect(await pipeline.approve(id, ["grace"])).toMatchObject({
      rest: "gate",
      changeStatus: "WAIT_FOR_APPROVE",
    });
    const after = await pipeline.artifact<Dossier>(id, "dossier.json");
    expect(after.digest).not.toBe(before.digest);
    expect(after.changeSet.arn).not.toBe(before.changeSet.arn);
    const gates = await pipeline.gates(id);
    expect(gates.map(({ status, digest }) => [status, digest]).toSorted()).toEqual(
      [
        ["closed", before.digest],
        ["open", after.digest],
      ].toSorted(),
    );
    const voided = (await pipeline.told(id)).find(({ type }) => type === "approval.voided");
    expect(String(voided?.data["why"])).toContain("drifted");
    // Who approved the first may approve what is there now.
    expect(await pipeline.approve(id, ["grace"])).toMatchObject({ outcome: "applied" });
  });

  test("takes the change set nobody will execute away", async () => {
    const { pipeline, id } = await waiting();
    const { changeSet } = await pipeline.artifact<Dossier>(id, "dossier.json");
    await disturb(pipeline, id);
    await pipeline.approve(id);
    const reader = pipeline.world.cloud("dev").reader();
    expect(await reader.describeChangeSet(changeSet.arn)).toBeUndefined();
  });

  test("because somebody else updated the stack is computed against what they made of it", async () => {
    const pipeline = new Pipeline();
    await deploy(pipeline.world, "dev", SHOP);
    const id = await pipeline.start(QUEUE);
    await pipeline.rest(id);
    await deploy(pipeline.world, "dev", SHOP_MODIFIED);
    expect(await pipeline.approve(id, ["grace", "linus", "joan"])).toMatchObject({ rest: "gate" });
    const { changeSet } = await pipeline.artifact<Dossier>(id, "dossier.json");
    const stack = await pipeline.world.cloud("dev").reader().describeStack("shop");
    expect(changeSet.stackLastUpdatedAt).toBe(stack?.lastUpdatedAt);
  });

  test("because somebody held it until its approval's time was over asks anew", async () => {
    const { pipeline, id } = await waiting();
    await pause(pipeline.world, id, person("linus"));
    expect(await pipeline.approve(id)).toMatchObject({ rest: "paused" });
    pipeline.time.pass(73 * 60);
    await unpause(pipeline.world, id, person("linus"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate" });
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  });

  test("is not chased for ever: after three times it stops, blocked, with the stack as it was", async () => {
    const { pipeline, id } = await waiting();
    for (let round = 0; round < 3; round++) {
      pipeline.time.pass(1);
      await disturb(pipeline, id);
      expect(await pipeline.approve(id)).toMatchObject({ rest: "gate" });
    }
    const before = await pipeline.world.cloud("dev").reader().describeStack("shop");
    pipeline.time.pass(1);
    await disturb(pipeline, id);
    expect(await pipeline.approve(id)).toMatchObject({
      changeStatus: "BLOCKED",
      outcome: "blocked",
      error: { name: "ApprovalVoid" },
    });
    expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toEqual(before);
  });
});

test("the price people approved is the price on record, though the sheet's hour has passed", async () => {
  const { pipeline, id } = await waiting();
  const before = await pipeline.artifact<Dossier>(id, "dossier.json");
  pipeline.time.pass(60 * 24);
  expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  expect(await pipeline.artifact<Dossier>(id, "dossier.json")).toEqual(before);
});

test("in the wrong account nothing is planned or applied, and the way out is said", async () => {
  const pipeline = new Pipeline();
  const id = await pipeline.start(QUEUE);
  await pipeline.rest(id);
  pipeline.controls.setAccount({ environment: "dev", account: "111111111111" });
  const ended = await pipeline.approve(id);
  expect(ended).toMatchObject({ outcome: "blocked", error: { name: "WrongAccount" } });
  expect(ended.error?.message).toContain("sign in to 536580886816");
  pipeline.controls.setAccount({ environment: "dev", account: undefined });
  expect(await pipeline.world.cloud("dev").reader().stackResources("shop")).toEqual([]);
});
