import { describe, expect, test } from "vitest";
import { cancel } from "../../core/execution/signal.ts";
import { castVote } from "../../core/gate/gates.ts";
import { lockOf } from "../../core/lock/locks.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

async function waiting() {
  const pipeline = new Pipeline();
  const id = await pipeline.start(GOAL);
  expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", changeStatus: "WAIT_FOR_APPROVE" });
  return { pipeline, id };
}

/** Nothing of the change is left in the account, and the next one finds the stack free. */
async function leftNothing(pipeline: Pipeline, id: string): Promise<void> {
  const execution = await pipeline.rest(id);
  expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
  expect((await lockOf(pipeline.world.table, execution)).holder).toBeUndefined();
  await pipeline.artifact(id, "retrospective.json");
}

describe("a change before its gate", () => {
  test("that nobody decides on expires closed after its hours, and not before", async () => {
    const { pipeline, id } = await waiting();
    pipeline.time.pass(72 * 60 - 1);
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate" });
    pipeline.time.pass(1);
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "EXPIRED", outcome: "expired" });
    const [gate] = await pipeline.gates(id);
    expect(gate?.status).toBe("expired");
    const vote = {
      gateId: gate!.id,
      decision: "approve",
      caller: person("grace"),
      digest: gate!.digest,
    } as const;
    await expect(castVote(pipeline.world.table, vote, pipeline.time.now())).rejects.toMatchObject({
      name: "GateExpired",
    });
    await leftNothing(pipeline, id);
  });

  test("that somebody rejects is not applied, whatever others said", async () => {
    const { pipeline, id } = await waiting();
    expect(await pipeline.reject(id, "linus")).toMatchObject({
      changeStatus: "REJECTED",
      outcome: "rejected",
    });
    await expect(pipeline.approve(id)).resolves.toMatchObject({ outcome: "rejected" });
    await leftNothing(pipeline, id);
  });

  test("can be cancelled, and the decision that comes after is refused", async () => {
    const { pipeline, id } = await waiting();
    const [gate] = await pipeline.gates(id);
    await cancel(pipeline.world, id, person("ada"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "CANCELLED" });
    const vote = {
      gateId: gate!.id,
      decision: "approve",
      caller: person("grace"),
      digest: gate!.digest,
    } as const;
    await expect(castVote(pipeline.world.table, vote, pipeline.time.now())).rejects.toMatchObject({
      name: "GateAlreadyDecided",
    });
    await leftNothing(pipeline, id);
  });

  test("is not moved on by its requester, by fewer people than it takes, or by time spent deciding", async () => {
    const { pipeline, id } = await waiting();
    await expect(pipeline.approve(id, ["ada"])).rejects.toMatchObject({ name: "SelfApproval" });
    pipeline.time.pass(71 * 60);
    expect(await pipeline.approve(id, ["grace"])).toMatchObject({ outcome: "applied" });
    // Three days of waiting are nobody's working time.
    const { spent } = await pipeline.rest(id);
    expect(spent.milliseconds).toBeLessThan(60_000);
  });
});

test("compliance asks somebody of its own, and one gate approved is not the other", async () => {
  const pipeline = new Pipeline();
  const id = await pipeline.start({ ...GOAL, constraints: { compliance: ["popia"] } });
  await pipeline.rest(id);
  const gates = await pipeline.gates(id);
  expect(gates.map(({ type }) => type).toSorted()).toEqual(["compliance_check", "human_approval"]);
  const one = gates.find(({ type }) => type === "human_approval")!;
  const vote = { gateId: one.id, decision: "approve", caller: person("grace"), digest: one.digest } as const;
  await castVote(pipeline.world.table, vote, pipeline.time.now());
  await pipeline.deliver();
  expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", changeStatus: "WAIT_FOR_APPROVE" });
  expect(await pipeline.approve(id, ["joan"])).toMatchObject({ outcome: "applied" });
});
