import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Home } from "../../../bin/home/record.ts";
import { type Agent, agent } from "../../../core/agent/agent.ts";
import { runAgent } from "../../../core/agent/run-agent.ts";
import type { ToolName } from "../../../core/agent/tools.ts";
import { attachedTo } from "../../../core/artifacts/attached.ts";
import { NOTHING } from "../../../core/budget/amounts.ts";
import { remaining } from "../../../core/budget/ledger.ts";
import type { Limits } from "../../../core/budget/limits.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { find, store } from "../../../core/execution/executions.ts";
import type { ModelProvider } from "../../../core/model/model.ts";
import type { World } from "../../../core/ports.ts";
import { atomically } from "../../../core/table/atomically.ts";
import type { TimelineEvent } from "../../../core/timeline/chain.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { TestClock } from "../../support/clock.ts";
import { anExecution } from "../../support/records.ts";
import { crashingTable } from "../../support/tables.ts";
import { testHome } from "../../support/workspace.ts";

const LIMITS: Limits = {
  tokens: { daily: 10_000, perPipeline: 1_000, emergency: 200 },
  minutes: { perPipeline: 3, perAgent: 2 },
  usd: { daily: 10, perPipeline: 1 },
  brake: 0.8,
};

/** A model that says hello and takes 30 tokens for it. */
const MODEL: ModelProvider = {
  name: "test:model",
  price: { inputUsd: 1000, outputUsd: 1000 },
  complete: () => Promise.resolve({ text: '{"hello":"there"}', inputTokens: 10, outputTokens: 20 }),
};

const EVENT = { executionId: "exec_1", idempotencyKey: "exec_1/Work/0", word: "hi" };

interface Setting {
  readonly home: Home;
  readonly world: World;
  readonly clock: TestClock;
}

async function setting(changes: Partial<World> = {}): Promise<Setting> {
  const clock = new TestClock();
  const home = testHome({ clock });
  const environment: World["environment"] = (name) => ({ ...home.world.environment(name), limits: LIMITS });
  const world = { ...home.world, environment, ...changes };
  await atomically(world.table, async (unit) => store(unit, anExecution()));
  return { home, world, clock };
}

type Run = Agent<
  { word: string },
  { said: string },
  "artifacts.append" | "memory.append" | "model.answer"
>["run"];

/** An agent that does as the test says. */
function worker(run: Run, changes: { readonly emergency?: boolean; readonly minutes?: number } = {}) {
  const { minutes = 1, ...more } = changes;
  return agent({
    name: "worker",
    lane: "read_only",
    tools: ["artifacts.append", "memory.append", "model.answer"],
    budget: { tokens: 400, minutes, usd: 0.5 },
    input: z.strictObject({ word: z.string() }),
    output: z.strictObject({ said: z.string() }),
    ...more,
    run,
  });
}

const say =
  (said: string): Run =>
  () =>
    Promise.resolve({ said });
const note = { name: "note.md", kind: "Document", content: "what I saw" };

async function told({ table }: World): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, "exec_1")) events.push(event);
  return events;
}

const left = (world: World) =>
  atomically(world.table, async (unit) => (await remaining(unit, "exec_1", LIMITS)).remaining);

describe("the result of an agent", () => {
  test("is remembered under its key: the same call again does nothing and says the same", async () => {
    const { world } = await setting();
    let runs = 0;
    const counting = worker(() => Promise.resolve({ said: `${++runs}` }));
    expect(await runAgent(counting, EVENT, world)).toEqual({ said: "1" });
    expect(await runAgent(counting, EVENT, world)).toEqual({ said: "1" });
    expect(await runAgent(counting, { ...EVENT, idempotencyKey: "exec_1/Work/1" }, world)).toEqual({
      said: "2",
    });
    expect((await told(world)).map(({ type }) => type)).toEqual(["agent.finished", "agent.finished"]);
  });

  test("of another execution is another one, under the same key", async () => {
    const { world } = await setting();
    await atomically(world.table, async (unit) => store(unit, anExecution({ id: "exec_2" })));
    await runAgent(worker(say("one")), EVENT, world);
    expect(await runAgent(worker(say("two")), { ...EVENT, executionId: "exec_2" }, world)).toEqual({
      said: "two",
    });
  });

  test("is one result when two tries run at the same time", async () => {
    const { world } = await setting();
    let runs = 0;
    const counting = worker(async (_input, tools) => {
      const run = ++runs;
      await tools["artifacts.append"]({ ...note, content: `run ${run}` });
      return { said: `${run}` };
    });
    const both = await Promise.all([runAgent(counting, EVENT, world), runAgent(counting, EVENT, world)]);
    expect(both[0]).toEqual(both[1]);
    expect(await runAgent(counting, EVENT, world)).toEqual(both[0]);
    expect((await told(world)).filter(({ type }) => type === "agent.finished")).toHaveLength(1);
    const [attached] = await attachedTo(world.table, "exec_1");
    expect(new TextDecoder().decode(await world.artifacts.get(attached!.sha256))).toBe(`run ${both[0].said}`);
  });

  test("lost in a crash before it was stored is worked out again, and what was set aside is taken once", async () => {
    const { world } = await setting({ models: [MODEL] });
    // Reservation stored, result not.
    const crashing = { ...world, table: crashingTable(world.table, ["none", "before", "before"]) };
    await expect(runAgent(worker(say("lost")), EVENT, crashing)).rejects.toMatchObject({
      name: "Unavailable",
    });
    expect((await left(world)).tokens).toBe(600);
    expect(await runAgent(worker(say("kept")), EVENT, world)).toEqual({ said: "kept" });
    expect((await left(world)).tokens).toBe(1_000);
    expect((await told(world)).map(({ type }) => type)).toEqual(["agent.finished"]);
  });

  test("stored in the moment of a crash is there when it is asked for again", async () => {
    const { world } = await setting();
    const crashing = { ...world, table: crashingTable(world.table, ["none", "after"]) };
    let runs = 0;
    const counting = worker(() => Promise.resolve({ said: `${++runs}` }));
    await runAgent(counting, EVENT, crashing).catch(() => undefined);
    expect(await runAgent(counting, EVENT, world)).toEqual({ said: "1" });
    expect(runs).toBe(1);
    expect((await told(world)).map(({ type }) => type)).toEqual(["agent.finished"]);
  });
});

describe("what an agent leaves behind", () => {
  test("is listed together with its result", async () => {
    const { world } = await setting();
    const writing = worker(async (_input, tools) => {
      const { sha256 } = await tools["artifacts.append"](note);
      return { said: sha256 };
    });
    const { said } = await runAgent(writing, EVENT, world);
    expect(await attachedTo(world.table, "exec_1")).toMatchObject([{ name: "note.md", sha256: said }]);
    expect((await told(world))[0]).toMatchObject({
      type: "agent.finished",
      actor: "agent:worker",
      data: { lane: "read_only", artifacts: [{ name: "note.md" }] },
    });
  });

  test("is listed of a try that failed too, and its spend counted", async () => {
    const { world } = await setting({ models: [MODEL] });
    const failing = worker(async (_input, tools) => {
      await tools["artifacts.append"](note);
      await tools["model.answer"]({ system: "", prompt: "", schema: z.object({}), maxOutputTokens: 50 });
      throw new RangeError("too far, with password=correct-horse-battery");
    });
    await expect(runAgent(failing, EVENT, world)).rejects.toThrow(RangeError);
    expect(await attachedTo(world.table, "exec_1")).toMatchObject([{ name: "note.md" }]);
    expect((await find(world.table, "exec_1")).spent.tokens).toBe(30);
    expect((await left(world)).tokens).toBe(970);
    const [event] = await told(world);
    expect(event).toMatchObject({
      type: "agent.failed",
      data: { error: { name: "RangeError" }, spent: { tokens: 30 } },
    });
    expect(JSON.stringify(event)).not.toContain("correct-horse");
  });

  test("counts every try of one step, and each only once", async () => {
    const { world } = await setting({ models: [MODEL] });
    let tries = 0;
    const third = worker(async (_input, tools) => {
      await tools["model.answer"]({ system: "", prompt: "", schema: z.object({}), maxOutputTokens: 50 });
      if (++tries < 3) throw new Error("again");
      return { said: "done" };
    });
    for (let i = 0; i < 4; i++) await runAgent(third, EVENT, world).catch(() => undefined);
    expect(tries).toBe(3);
    expect((await find(world.table, "exec_1")).spent).toMatchObject({ tokens: 90, microUsd: 90_000 });
    expect((await left(world)).tokens).toBe(910);
  });

  test("is free of credentials", async () => {
    const { world } = await setting();
    const leaking = worker(async (_input, tools) => {
      const put = tools["artifacts.append"];
      await put({ name: "a.md", kind: "Document", content: "password=correct-horse-battery" });
      await put({ name: "b.json", kind: "X", content: { password: "correct-horse-battery", kept: 1 } });
      return { said: "" };
    });
    await runAgent(leaking, EVENT, world);
    for (const { sha256 } of await attachedTo(world.table, "exec_1")) {
      expect(new TextDecoder().decode(await world.artifacts.get(sha256))).not.toContain("correct-horse");
    }
  });

  test("is remembered for the next time only with its result", async () => {
    const { world } = await setting();
    const entry = {
      kind: "runbook#shop",
      executionId: "exec_1",
      summary: "s",
      artifact: { ...note, sha256: "0".repeat(64), bytes: 1 },
    };
    let fails = true;
    const remembering = worker(async (_input, tools) => {
      await tools["memory.append"](entry);
      if (fails) throw new Error("no");
      return { said: "" };
    });
    const entries = async () => (await world.table.query({ pk: "MEMORY#runbook#shop", limit: 10 })).items;
    await runAgent(remembering, EVENT, world).catch(() => undefined);
    expect(await entries()).toEqual([]);
    fails = false;
    await runAgent(remembering, EVENT, world);
    expect(await entries()).toHaveLength(1);
  });
});

describe("an agent is refused", () => {
  test.each([
    ["a field it does not know", { word: "hi", lane: "execute" }],
    ["a field of the wrong type", { word: 1 }],
    ["a missing field", {}],
  ])("%s in its input, before anything is spent", async (_what, input) => {
    const { world } = await setting();
    const { executionId, idempotencyKey } = EVENT;
    const call = runAgent(worker(say("x")), { executionId, idempotencyKey, ...input }, world);
    await expect(call).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringContaining("the input of worker"),
    });
    expect(await told(world)).toEqual([]);
  });

  test("an answer that is not of its schema, and the record says so", async () => {
    const { world } = await setting();
    for (const [n, answer] of [{ said: 1 }, {}, { said: "x", next: "ApplyChange" }, null, "x"].entries()) {
      const lying = worker(() => Promise.resolve(answer as { said: string }));
      const event = { ...EVENT, idempotencyKey: `key-${n}` };
      await expect(runAgent(lying, event, world)).rejects.toMatchObject({ name: "InvalidInput" });
    }
    expect((await told(world)).map(({ type }) => type)).toEqual(
      Array.from({ length: 5 }, () => "agent.failed"),
    );
    expect((await world.table.query({ pk: "EXECUTION#exec_1", prefix: "RESULT#", limit: 10 })).items).toEqual(
      [],
    );
  });

  test("a tool beyond its lane, before it runs", async () => {
    const { world } = await setting();
    let ran = false;
    const reaching = agent({
      name: "reaching",
      lane: "read_only",
      tools: ["cloud.apply"] as readonly ToolName[],
      budget: { tokens: 0, minutes: 1, usd: 0 },
      input: z.looseObject({}),
      output: z.object({}),
      run: () => {
        ran = true;
        return Promise.resolve({});
      },
    });
    await expect(runAgent(reaching, EVENT, world)).rejects.toMatchObject({ name: "WrongLane" });
    expect(ran).toBe(false);
  });

  test("an execution that is not there", async () => {
    const { world } = await setting();
    await expect(
      runAgent(worker(say("x")), { ...EVENT, executionId: "exec_9" }, world),
    ).rejects.toMatchObject({
      name: "ExecutionNotFound",
    });
  });
});

describe("a budget", () => {
  test("that is gone refuses the agent before it runs, and tells of it", async () => {
    const { world } = await setting({ models: [MODEL] });
    const greedy = worker((_input, tools) =>
      tools["model.answer"]({ system: "", prompt: "", schema: z.object({}), maxOutputTokens: 50 }).then(
        () => {
          throw new Error("keep the reservation open");
        },
      ),
    );
    // Two calls whose outcome is lost in a crash keep 800 of 1000 tokens reserved.
    for (const key of ["a", "b"]) {
      const crashing = { ...world, table: crashingTable(world.table, ["none", "before"]) };
      await runAgent(greedy, { ...EVENT, idempotencyKey: key }, crashing).catch(() => undefined);
    }
    let ran = false;
    const late = worker(() => {
      ran = true;
      return Promise.resolve({ said: "" });
    });
    const refused = runAgent(late, { ...EVENT, idempotencyKey: "c" }, world);
    await expect(refused).rejects.toMatchObject({ name: "BudgetExhausted" });
    expect(ran).toBe(false);
  });

  test("of tokens and dollars is not set aside where no model is configured", async () => {
    const { world } = await setting();
    const looking = worker(async () => {
      const { tokens, microUsd, milliseconds } = await left(world);
      return { said: `${tokens} ${microUsd} ${milliseconds}` };
    });
    expect(await runAgent(looking, EVENT, world)).toEqual({ said: "1000 1000000 120000" });
  });

  test("of time counts the agent's own work, to the millisecond", async () => {
    const { world, clock } = await setting();
    const slow = worker(() => {
      clock.advance(12_345);
      return Promise.resolve({ said: "" });
    });
    await runAgent(slow, EVENT, world);
    expect((await find(world.table, "exec_1")).spent).toEqual({ ...NOTHING, milliseconds: 12_345 });
    expect((await left(world)).milliseconds).toBe(180_000 - 12_345);
  });

  test("that a slow agent overran leaves nothing, and no debt", async () => {
    const { world, clock } = await setting();
    const slow = worker(() => {
      clock.advance(10 * 60_000);
      return Promise.resolve({ said: "" });
    });
    await runAgent(slow, EVENT, world);
    expect((await left(world)).milliseconds).toBe(0);
    await expect(runAgent(worker(say("x")), { ...EVENT, idempotencyKey: "b" }, world)).rejects.toMatchObject({
      name: "BudgetExhausted",
    });
    const emergency = worker(say("still"), { emergency: true });
    expect(await runAgent(emergency, { ...EVENT, idempotencyKey: "b" }, world)).toEqual({ said: "still" });
  });
});

test("an agent learns who asked and where, and may not change what it was told", async () => {
  const { world } = await setting();
  const curious = worker((_input, _tools, call) => {
    expect(call).toMatchObject({
      executionId: "exec_1",
      requestedBy: "ada",
      simulated: true,
      settings: { environment: "dev" },
    });
    return Promise.resolve({ said: "" });
  });
  await runAgent(curious, EVENT, world);
  const unchanged: Execution = await find(world.table, "exec_1");
  expect(unchanged.requestedBy).toBe("ada");
});
