import { describe, expect, test } from "vitest";
import { cancel, pause } from "../../core/execution/signal.ts";
import { skipAgent } from "../../core/execution/skip-agent.ts";
import { changeStrategy } from "../../core/execution/strategy.ts";
import { castVote } from "../../core/gate/gates.ts";
import { ModelError, type ModelRequest } from "../../core/model/model.ts";
import { GOAL } from "../support/goals.ts";
import { PRICE } from "../support/models.ts";
import { atCheckpoint, Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

/** A model that is asked and gives no answer, so that the rules' stands. */
function speechless() {
  const asked: ModelRequest[] = [];
  const complete = (request: ModelRequest) => {
    asked.push(request);
    return Promise.reject(new ModelError("ModelTimeout", "no answer came", { taken: "unknown" }));
  };
  return { name: "test:speechless", price: PRICE, asked, complete };
}

describe("changing the strategy to rules", () => {
  test("plans anew without a model, and asks people again about what comes of it", async () => {
    const model = speechless();
    const pipeline = new Pipeline({ models: [model] });
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    const [first] = await pipeline.gates(id);
    const before = model.asked.length;
    expect(before).toBeGreaterThan(0);

    await changeStrategy(pipeline.world, id, person("ada"), "rules", "it does not answer");
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", strategy: "rules" });
    expect(model.asked).toHaveLength(before);
    const gates = await pipeline.gates(id);
    expect(gates.map(({ status }) => status).sort()).toEqual(["closed", "open"]);
    const vote = {
      gateId: first!.id,
      decision: "approve",
      caller: person("grace"),
      digest: first!.digest,
    } as const;
    await expect(castVote(pipeline.world.table, vote, pipeline.time.now())).rejects.toMatchObject({
      name: "GateAlreadyDecided",
    });
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
    const told = (await pipeline.told(id)).map(({ type }) => type);
    expect(told).toEqual(expect.arrayContaining(["execution.strategy-changed", "execution.planned-anew"]));
    await expect(changeStrategy(pipeline.world, id, person("ada"), "models")).rejects.toMatchObject({
      name: "ExecutionEnded",
    });
  });

  test.each(["DrawPlan", "SynthesizeBuild", "CreateChangeSet", "ValidateChange", "AssembleDossier"] as const)(
    "before %s is followed at once",
    async (stage) => {
      const pipeline = atCheckpoint(stage, ({ world }, id) =>
        changeStrategy(world, id, person("ada"), "rules"),
      );
      const id = await pipeline.start(GOAL);
      expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", strategy: "rules", signals: {} });
      expect((await pipeline.gates(id)).map(({ status }) => status)).toEqual(["open"]);
      expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
    },
  );

  test("after the approval voids it: nothing is applied that was approved before", async () => {
    const pipeline = atCheckpoint("ApplyChange", ({ world }, id) =>
      changeStrategy(world, id, person("ada"), "rules"),
    );
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    expect(await pipeline.approve(id)).toMatchObject({ rest: "gate", changeStatus: "WAIT_FOR_APPROVE" });
    expect((await pipeline.told(id)).map(({ type }) => type)).not.toContain("apply.began");
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  });

  test("between the last checkpoint and the broker is seen by the broker", async () => {
    const done = { yet: false };
    const pipeline = new Pipeline({
      before: async ({ name, payload }, { world }) => {
        if (done.yet || name !== "Broker" || payload["action"] !== "apply") return;
        done.yet = true;
        await changeStrategy(world, String(payload["executionId"]), person("ada"), "rules");
      },
    });
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    expect(await pipeline.approve(id)).toMatchObject({ rest: "gate", strategy: "rules" });
    expect(done.yet).toBe(true);
    expect((await pipeline.told(id)).map(({ type }) => type)).not.toContain("apply.began");
  });

  test("lets a held execution go, and a pause asked for meanwhile holds it again", async () => {
    const pipeline = atCheckpoint("ValidateChange", ({ world }, id) => pause(world, id, person("grace")));
    const id = await pipeline.start(GOAL);
    expect(await pipeline.rest(id)).toMatchObject({ rest: "paused" });
    await changeStrategy(pipeline.world, id, person("ada"), "rules");
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ rest: "paused", stage: "DrawPlan", strategy: "rules" });
  });

  test("does not bring back what was cancelled", async () => {
    const pipeline = atCheckpoint("ValidateChange", async ({ world }, id) => {
      await cancel(world, id, person("ada"));
      await changeStrategy(world, id, person("ada"), "rules");
    });
    const id = await pipeline.start(GOAL);
    expect(await pipeline.rest(id)).toMatchObject({ outcome: "cancelled" });
  });

  test("is refused where it is followed already, and for a goal that only a model can read", async () => {
    const pipeline = new Pipeline({ models: [speechless()] });
    const id = await pipeline.start(GOAL);
    await expect(changeStrategy(pipeline.world, id, person("ada"), "models")).rejects.toMatchObject({
      name: "StrategyUnchanged",
    });
    const { requires: _none, ...vague } = GOAL as { requires?: unknown };
    const other = await pipeline.start({ ...vague, goal: "Make it nice", stack: "other" });
    await expect(changeStrategy(pipeline.world, other, person("ada"), "rules")).rejects.toMatchObject({
      name: "InvalidInput",
    });
  });
});

describe("skipping an agent", () => {
  test("that looks back leaves the rest as it is, and the record says who wished so", async () => {
    const pipeline = new Pipeline();
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    await skipAgent(pipeline.world, id, person("grace"), "sweeper", "its memory is full");
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied", skips: ["sweeper"] });
    await expect(pipeline.artifact(id, "retrospective.json")).rejects.toThrow("has no retrospective");
    const told = await pipeline.told(id);
    expect(told.filter(({ type }) => type === "execution.agent-skipped")).toMatchObject([
      { actor: "grace", data: { agent: "sweeper", notes: "its memory is full" } },
    ]);
  });

  test.each(["atlas", "forge", "change-set", "sentinel", "critic"])(
    "%s is refused: what it answers is judged or applied",
    async (agent) => {
      const pipeline = new Pipeline();
      const id = await pipeline.start(GOAL);
      await expect(skipAgent(pipeline.world, id, person("grace"), agent)).rejects.toMatchObject({
        name: "AgentRequired",
      });
    },
  );

  test("is refused for every agent in prod, and for one that is none", async () => {
    const pipeline = new Pipeline();
    const id = await pipeline.start({ ...GOAL, environment: "prod" });
    await expect(skipAgent(pipeline.world, id, person("grace"), "sweeper")).rejects.toMatchObject({
      name: "AgentRequired",
    });
    await expect(skipAgent(pipeline.world, id, person("grace"), "toString")).rejects.toMatchObject({
      name: "InvalidInput",
    });
  });
});
