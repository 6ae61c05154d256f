import { describe, expect, test } from "vitest";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel, pause, unpause } from "../../core/execution/signal.ts";
import { GOAL } from "../support/goals.ts";
import { atCheckpoint, type Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

/** The checkpoints, by the step each stands before. */
const STAGES = [
  "DrawPlan",
  "SynthesizeBuild",
  "CreateChangeSet",
  "ValidateChange",
  "AssembleDossier",
  "ApplyChange",
] as const;

async function untilThere(pipeline: Pipeline, stage: string): Promise<string> {
  const id = await pipeline.start(GOAL);
  await pipeline.rest(id);
  if (stage === "ApplyChange") await pipeline.approve(id);
  return id;
}

describe.each(STAGES)("at the checkpoint before %s an execution", (stage) => {
  test("can be held, keeps its place, and goes on to the end when it is let go", async () => {
    const pipeline = atCheckpoint(stage, ({ world }, id) => pause(world, id, person("grace"), "wait"));
    const id = await untilThere(pipeline, stage);
    const held = await pipeline.rest(id);
    expect(held).toMatchObject({ status: "paused", rest: "paused", parked: { why: "paused" } });
    pipeline.time.pass(60 * 24);
    expect((await pipeline.rest(id)).updatedAt).toBe(held.updatedAt);

    await unpause(pipeline.world, id, person("grace"));
    await pipeline.deliver();
    await pipeline.rest(id);
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  });

  test("can be cancelled, and leaves nothing in the account and nobody waiting", async () => {
    const pipeline = atCheckpoint(stage, ({ world }, id) => cancel(world, id, person("ada"), "no"));
    const id = await untilThere(pipeline, stage);
    expect(await pipeline.rest(id)).toMatchObject({
      changeStatus: "CANCELLED",
      outcome: "cancelled",
      status: "failed",
    });
    expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
    expect((await pipeline.gates(id)).filter(({ status }) => status === "open")).toEqual([]);
  });

  test("can be cancelled while it is held", async () => {
    const pipeline = atCheckpoint(stage, ({ world }, id) => pause(world, id, person("grace")));
    const id = await untilThere(pipeline, stage);
    await cancel(pipeline.world, id, person("ada"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "CANCELLED" });
    expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
  });

  test("has nothing to roll back yet, and says what stops it", async () => {
    const refusals: unknown[] = [];
    const pipeline = atCheckpoint(stage, async ({ world }, id) => {
      await requestRollback(world, id, person("ada")).catch((error: unknown) => refusals.push(error));
    });
    const id = await untilThere(pipeline, stage);
    await pipeline.approve(id);
    expect(refusals).toMatchObject([
      { name: "NothingToRollBack", message: expect.stringContaining("conductor cancel") },
    ]);
  });
});
