import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { type Amounts, NOTHING } from "../../core/budget/amounts.ts";
import type { Counters } from "../../core/budget/budget.ts";
import { cancel, grantBudget, pause, unpause } from "../../core/execution/signal.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { GOAL } from "../support/goals.ts";
import { atCheckpoint, Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const DAY = "2026-01-05";

/** Leaves nothing of a counter, as if all of it had been spent. */
async function drain({ world }: Pipeline, scope: string, cap: Amounts = NOTHING): Promise<void> {
  const key = keys.counters(scope);
  await atomically(world.table, async (unit) => {
    const held = await unit.get<Counters>(key);
    unit.put({ ...key, attributes: { cap, promised: NOTHING, ...held, remaining: NOTHING } });
  });
}

async function left({ world }: Pipeline, scope: string): Promise<Amounts | undefined> {
  const item = await world.table.get(keys.counters(scope));
  return (item?.attributes as Counters | undefined)?.remaining;
}

/** A pipeline in which an agent finds its own budget spent when its turn comes, the first time. */
function withoutBudgetAt(stage: string, agent: string): Pipeline {
  return atCheckpoint(stage, (pipeline, id) => drain(pipeline, `execution#${id}#${agent}`));
}

const MORE = { tokens: 0, milliseconds: 10 * 60_000, microUsd: 0 };

describe.each([
  ["DrawPlan", "atlas"],
  ["SynthesizeBuild", "forge"],
  ["SynthesizeBuild", "sentinel"],
  ["CreateChangeSet", "change-set"],
  ["ValidateChange", "sentinel"],
  ["AssembleDossier", "critic"],
])("before %s, %s out of budget", (stage, agent) => {
  test("holds the execution and asks; somebody else's grant carries it to the end", async () => {
    const pipeline = withoutBudgetAt(stage, agent);
    const id = await pipeline.start(GOAL);
    expect(await pipeline.rest(id)).toMatchObject({
      status: "paused",
      parked: { why: "budget", status: expect.any(String) },
    });
    const own = grantBudget(pipeline.world, id, person("ada"), MORE, AGENT_NAMES);
    await expect(own).rejects.toMatchObject({ name: "SelfApproval" });
    await grantBudget(pipeline.world, id, person("grace"), MORE, AGENT_NAMES);
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "WAIT_FOR_APPROVE" });
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  });
});

describe("an execution that waits for budget", () => {
  async function waiting() {
    const pipeline = withoutBudgetAt("CreateChangeSet", "change-set");
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    return { pipeline, id };
  }

  test("can be cancelled", async () => {
    const { pipeline, id } = await waiting();
    await cancel(pipeline.world, id, person("ada"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "CANCELLED" });
  });

  test("asks again when the grant was too small", async () => {
    const { pipeline, id } = await waiting();
    const crumb = { tokens: 0, milliseconds: 1, microUsd: 0 };
    await grantBudget(pipeline.world, id, person("grace"), crumb, AGENT_NAMES);
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ status: "paused", parked: { why: "budget" } });
  });

  test("says which budget is short, by how much, and again what is missing after a grant", async () => {
    const { pipeline, id } = await waiting();
    const said =
      /^the budget of change-set in execution exec_\w+ has 0\.0 minutes of work left and (\S+) minutes of work are needed: a grant of (\S+) minutes of work would do$/;
    const shortage = async () => said.exec((await pipeline.rest(id)).parked?.shortage ?? "")?.slice(1);
    expect(await shortage()).toEqual(["1.0", "1.0"]);
    const half = { ...MORE, milliseconds: 30_000 };
    await grantBudget(pipeline.world, id, person("grace"), half, AGENT_NAMES);
    await pipeline.deliver();
    expect((await pipeline.rest(id)).parked?.shortage).toMatch(/has 0\.5 minutes .* a grant of 0\.5 minutes/);
    await grantBudget(pipeline.world, id, person("grace"), half, AGENT_NAMES);
    await pipeline.deliver();
    expect(await pipeline.rest(id)).not.toHaveProperty("shortage");
    const told = (await pipeline.told(id)).filter(({ type }) => type === "budget.exhausted");
    expect(told.map(({ data }) => data["shortage"])).toEqual([
      expect.stringMatching(said),
      expect.stringContaining("a grant of 0.5 minutes"),
    ]);
  });

  test("is not let go by a grant while somebody holds it, nor by letting go without a grant", async () => {
    const { pipeline, id } = await waiting();
    await pause(pipeline.world, id, person("linus"));
    await grantBudget(pipeline.world, id, person("grace"), MORE, AGENT_NAMES);
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ status: "paused", parked: { why: "paused" } });
    expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
    await unpause(pipeline.world, id, person("linus"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "WAIT_FOR_APPROVE" });

    const other = await waiting();
    await pause(other.pipeline.world, other.id, person("linus"));
    await unpause(other.pipeline.world, other.id, person("linus"));
    await other.pipeline.deliver();
    expect(await other.pipeline.rest(other.id)).toMatchObject({ parked: { why: "budget" } });
  });
});

describe("when everything is spent", () => {
  const empty = async (pipeline: Pipeline, id: string) => {
    await drain(pipeline, `execution#${id}`);
    await drain(pipeline, `day#${DAY}`);
  };

  test("a gate still opens and decides, a change is still applied and looked back on, from the emergency reserve", async () => {
    const pipeline = new Pipeline();
    const id = await pipeline.start(GOAL);
    await pipeline.rest(id);
    await empty(pipeline, id);
    expect(await left(pipeline, `emergency#${DAY}`)).toBeUndefined();
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
    await pipeline.artifact(id, "retrospective.json");
    expect(await left(pipeline, `emergency#${DAY}`)).toBeDefined();
  });

  test("a rollback still goes back", async () => {
    const pipeline = new Pipeline();
    const { id } = await pipeline.carryOut(GOAL);
    await empty(pipeline, id);
    expect(await pipeline.rollBack(id)).toMatchObject({ outcome: "rolled_back" });
  });

  test("no other agent touches the emergency reserve", async () => {
    const pipeline = atCheckpoint("SynthesizeBuild", empty);
    const id = await pipeline.start(GOAL);
    expect(await pipeline.rest(id)).toMatchObject({ status: "paused", parked: { why: "budget" } });
    expect(await left(pipeline, `emergency#${DAY}`)).toBeUndefined();
  });
});

describe("the brake", () => {
  const model: ModelProvider = {
    name: "x",
    price: { inputUsd: 1, outputUsd: 1 },
    complete: () => Promise.reject(new Error("a goal that lists its blocks asks no model")),
  };
  /** A day that has room for so many changes' forecasts before 80 % of it are promised. */
  const tightDay = (tokens: number) => {
    const limits = ENVIRONMENTS.dev.limits;
    const dev = { ...ENVIRONMENTS.dev, limits: { ...limits, tokens: { ...limits.tokens, daily: tokens } } };
    return { ...ENVIRONMENTS, dev } as typeof ENVIRONMENTS;
  };

  test("holds back new pipelines at 80 % of the day's forecast, and lets those that run go on", async () => {
    const models = [model];
    const pipeline = new Pipeline({ models, environments: tightDay(100_000) });
    const requires = [{ block: "task_queue", name: "jobs" }];
    const first = await pipeline.start({ ...GOAL, requires });
    await pipeline.start({ ...GOAL, requires, stack: "second" });
    const third = pipeline.start({ ...GOAL, requires, stack: "third" });
    await expect(third).rejects.toMatchObject({
      name: "BudgetBrake",
      message: expect.stringContaining("over 80 % of the daily cap"),
    });
    await pipeline.rest(first);
    expect(await pipeline.approve(first)).toMatchObject({ outcome: "applied" });
    // What the first did not spend is free again.
    await expect(pipeline.start({ ...GOAL, requires, stack: "third" })).resolves.toEqual(expect.any(String));
  });

  test("is let go the next day", async () => {
    const models = [model];
    const pipeline = new Pipeline({ models, environments: tightDay(50_000) });
    const requires = [{ block: "task_queue", name: "jobs" }];
    await pipeline.start({ ...GOAL, requires });
    const second = { ...GOAL, requires, stack: "second" };
    await expect(pipeline.start(second)).rejects.toMatchObject({ name: "BudgetBrake" });
    pipeline.time.pass(60 * 24);
    await expect(pipeline.start(second)).resolves.toEqual(expect.any(String));
  });
});
