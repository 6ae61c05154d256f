import { describe, expect, test } from "vitest";
import type { Home } from "../../../bin/home/record.ts";
import { attachedTo } from "../../../core/artifacts/attached.ts";
import { find, list } from "../../../core/execution/executions.ts";
import { type StartOptions, startChange } from "../../../core/execution/start.ts";
import type { Effect } from "../../../core/outbox.ts";
import { parseGoal } from "../../../core/plan/goal.ts";
import type { World } from "../../../core/ports.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { crashingTable } from "../../support/tables.ts";
import { person, testHome } from "../../support/workspace.ts";

const GOAL = { goal: "A table", environment: "dev", stack: "shop" };

const start = ({ world }: { world: World }, changes: object = {}, options: StartOptions = {}) =>
  startChange(world, parseGoal({ ...GOAL, ...changes }, "goal"), person("ada"), options);

async function effects({ world }: Home): Promise<Effect[]> {
  const { items } = await world.table.query({ pk: "OUTBOX", limit: 100 });
  return items.map(({ attributes }) => attributes as unknown as Effect);
}

async function told({ world }: Home, id: string) {
  const types: string[] = [];
  for await (const { type } of readChain(world.table, id)) types.push(type);
  return types;
}

describe("starting a change", () => {
  test("stores the execution, its goal, both records and the order to start", async () => {
    const home = testHome();
    const { id } = await start(home);
    expect(await find(home.world.table, id)).toMatchObject({
      status: "pending",
      changeStatus: "PENDING",
      requestedBy: "ada",
    });
    expect(await attachedTo(home.world.table, id)).toMatchObject([{ name: "goal.json" }]);
    expect([await told(home, id), await told(home, "workspace")]).toEqual([
      ["execution.requested"],
      ["execution.began"],
    ]);
    const starts = (await effects(home)).filter(({ kind }) => kind === "start");
    expect(starts).toMatchObject([{ machine: "change", name: id, input: { executionId: id } }]);
    expect((await list(home.world.table, { limit: 10 })).executions.map((execution) => execution.id)).toEqual(
      [id],
    );
  });

  test("the same request, sent again, starts nothing and finds what it started", async () => {
    const home = testHome();
    const operation = "5".repeat(64);
    const first = await start(home, {}, { operation });
    expect(await start(home, {}, { operation })).toEqual(first);
    expect(await told(home, "workspace")).toEqual(["execution.began"]);
    expect((await effects(home)).filter(({ kind }) => kind === "start")).toHaveLength(1);
    await expect(start(home, { stack: "other" }, { operation })).rejects.toMatchObject({
      name: "IdempotencyKeyReused",
    });
  });

  test("stores all of it or nothing, wherever the power goes", async () => {
    for (const [mishap, count] of [
      ["before", 0],
      ["after", 1],
    ] as const) {
      const home = testHome();
      const world = { ...home.world, table: crashingTable(home.world.table, [mishap]) };
      await expect(start({ world })).rejects.toMatchObject({ name: "Unavailable" });
      expect((await list(home.world.table, { limit: 10 })).executions).toHaveLength(count);
      expect(await told(home, "workspace")).toHaveLength(count);
      expect((await effects(home)).filter(({ kind }) => kind === "start")).toHaveLength(count);
    }
  });

  test("refuses a credential anywhere in the goal, before anything is stored", async () => {
    const home = testHome();
    for (const changes of [
      { goal: "A table, log in with password=correct-horse-battery" },
      { goal: 'A table, use {"password":"correct-horse"}' },
      { goal: "A table, key AKIAIOSFODNN7EXAMPLE" },
      { requires: [{ block: "secret", name: "a", parameters: { description: "password: correct-horse" } }] },
      { repoPaths: ["https://ada:correct-horse@example.com/shop.git"] },
      { stakeholders: { owner: "ada password=correct-horse" } },
    ]) {
      await expect(start(home, changes)).rejects.toThrow(
        expect.objectContaining({
          name: "InvalidInput",
          message: expect.not.stringContaining("correct-horse"),
        }),
      );
    }
    expect((await list(home.world.table, { limit: 10 })).executions).toEqual([]);
    expect(await told(home, "workspace")).toEqual([]);
  });

  test("refuses a text nobody understands, when there is no model to ask", async () => {
    const home = testHome();
    await expect(start(home, { goal: "Something magnificent" })).rejects.toThrow("the catalog has kv_store");
    const world = {
      ...home.world,
      models: [{ name: "x", price: undefined, complete: () => Promise.reject() }],
    };
    expect((await start({ world }, { goal: "Something magnificent" })).status).toBe("pending");
  });

  test("keeps whole characters where it shortens the goal's text", async () => {
    const home = testHome();
    for (const length of [278, 279, 280, 281]) {
      const { goalText } = await start(home, { goal: `${"a table ".repeat(40).slice(0, length)}😀😀` });
      expect(goalText.isWellFormed()).toBe(true);
      expect(goalText.length).toBeLessThanOrEqual(300);
    }
  });

  test("caps what it may spend as it was told to, and at the environment's limit", async () => {
    const home = testHome();
    const cap = async (options: StartOptions) => {
      const { id } = await start(home, {}, options);
      const item = await home.world.table.get({ pk: `BUDGET#execution#${id}`, sk: "COUNTERS" });
      return (item!.attributes["cap"] as { microUsd: number }).microUsd;
    };
    expect(await cap({ maxUsd: 2 })).toBe(2_000_000);
    expect(await cap({ maxUsd: 2_000 })).toBe(50_000_000);
    expect(await cap({})).toBe(50_000_000);
  });

  test("is held back by the brake and leaves nothing behind", async () => {
    const home = testHome();
    const limits = { ...home.world.environment("dev").limits, brake: 0.01 };
    const models = [{ name: "x", price: undefined, complete: () => Promise.reject() }];
    const world: World = {
      ...home.world,
      models,
      environment: (name) => ({ ...home.world.environment(name), limits }),
    };
    await expect(start({ world })).rejects.toMatchObject({ name: "BudgetBrake" });
    expect([await told(home, "workspace"), await effects(home)]).toEqual([[], []]);
  });
});
