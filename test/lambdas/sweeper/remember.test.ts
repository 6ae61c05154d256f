import { describe, expect, test } from "vitest";
import { memoryOf } from "../../../core/agent/memory-tools.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { find } from "../../../core/execution/executions.ts";
import { spaceOf } from "../../../core/memory/embedder.ts";
import { shownFacts } from "../../../core/memory/facts.ts";
import { hashingEmbedder } from "../../../core/memory/hashing-embedder.ts";
import { MemoryError } from "../../../core/memory/vector-index.ts";
import { ModelError } from "../../../core/model/model.ts";
import type { World } from "../../../core/ports.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { record } from "../../../core/timeline/record.ts";
import { handler } from "../../../lambdas/sweeper/handler.ts";
import type { AgentDesk } from "../../support/agent-desk.ts";
import { aPlan } from "../../support/plan-specs.ts";
import { AT } from "../../support/records.ts";
import { APPLIED, afterwards } from "./swept.ts";

const SHOP = { environment: "dev", stack: "shop" } as const;
const ROLLED_BACK = { ending: "DONE", outcome: "rolled_back", failure: null } as const;
const REJECTED = { ending: "REJECTED", outcome: "rejected", failure: null } as const;
const APPLY = {
  beganAt: "2026-01-05T09:10:00.000Z",
  stackId: "arn:stack",
  changeSetArn: "arn:change-set",
  outputs: { Url: "https://shop.example", Secret: "password=correct-horse-battery" },
};

interface Swept {
  readonly memory: { readonly indexed: number; readonly comparedBy: string; readonly note?: string };
}

async function swept(execution: Partial<Execution> = { apply: APPLY }) {
  const planned = async (desk: AgentDesk) => {
    const plan = aPlan({ stakeholders: { owner: "shop-team", fallbackOwner: "platform-team" } });
    const artifacts = [await desk.lay("plan.json", "PlanSpec", plan)];
    const entry = { at: AT, type: "agent.finished", actor: "agent:atlas", data: { artifacts } };
    await atomically(desk.world.table, (unit) => record(unit, "exec_1", entry));
  };
  const desk = await afterwards({ execution });
  await planned(desk);
  const sweep = (end: object, world: World = desk.world, visit = "0") =>
    handler(
      { executionId: "exec_1", idempotencyKey: `exec_1/LookBack/${visit}`, ...end },
      world,
    ) as Promise<Swept>;
  const facts = async () =>
    (await shownFacts(desk.world.table, SHOP)).map(({ kind, name, value }) => `${kind} ${name}: ${value}`);
  const findable = async (text: string) => {
    const { index } = memoryOf(desk.world);
    const { vectors } = await hashingEmbedder.embed([text], 1_000);
    const nearness = { limit: 10, least: -1, without: "", timeoutMs: 1_000 };
    const { neighbours } = await index.nearest(spaceOf(hashingEmbedder, vectors[0]!), vectors[0]!, nearness);
    return neighbours.map(({ remembered }) => remembered);
  };
  return { desk, sweep, facts, findable };
}

describe("facts", () => {
  test("that an applied change shows are its owners, cost, addresses and runbook, without credentials", async () => {
    const { sweep, facts } = await swept();
    await sweep(APPLIED);
    expect(await facts()).toEqual([
      expect.stringMatching(/^budget the stack: .*\$[\d.]+ a month, as planned$/),
      "endpoint Secret: password=[redacted]",
      "endpoint Url: https://shop.example",
      "owner fallback: platform-team",
      "owner owner: shop-team",
      "runbook runbook: shop in dev: applied, 0 resources",
    ]);
  });

  test("are gone with a change that was undone, but for the runbook", async () => {
    const { sweep, facts } = await swept();
    await sweep(APPLIED);
    await sweep(ROLLED_BACK, undefined, "1");
    expect(await facts()).toEqual(["runbook runbook: shop in dev: rolled back"]);
  });

  test("of a change that came to nothing are its runbook, and the others stay what they were", async () => {
    const { sweep, facts } = await swept();
    await sweep(REJECTED);
    expect(await facts()).toEqual(["runbook runbook: shop in dev: rejected"]);
    await sweep(APPLIED, undefined, "1");
    await sweep(REJECTED, undefined, "2");
    expect(await facts()).toHaveLength(6);
  });
});

describe("the index", () => {
  test("holds the plan, the retrospective and the runbook, each with where it is and how it ended", async () => {
    const { desk, sweep, findable } = await swept();
    expect(await sweep(APPLIED)).toMatchObject({ memory: { indexed: 3, comparedBy: hashingEmbedder.label } });
    const attached = await desk.attached();
    const named = (name: string) => attached.find((one) => one.name === name);
    const found = new Map((await findable("shop")).map((one) => [one.id, one]));
    expect([...found.keys()].sort()).toEqual(["plan#exec_1", "retrospective#exec_1", "runbook#dev/shop"]);
    expect(found.get("plan#exec_1")).toMatchObject({ artifact: named("plan.json"), outcome: "applied" });
    expect(found.get("retrospective#exec_1")).toMatchObject({ artifact: named("retrospective.json") });
    expect(found.get("runbook#dev/shop")).toMatchObject({ artifact: named("runbook.md"), stack: "shop" });
  });

  test("has one entry of each however often the step is repeated, and the last runbook of a stack", async () => {
    const { desk, sweep, findable } = await swept();
    await sweep(APPLIED);
    await sweep(APPLIED);
    desk.clock.advance(60_000);
    await sweep(ROLLED_BACK, undefined, "1");
    const found = await findable("shop");
    expect(found).toHaveLength(3);
    for (const { outcome } of found) expect(outcome).toBe("rolled_back");
  });

  test("lets entries go after four hundred days", async () => {
    const { desk, sweep, findable } = await swept();
    await sweep(APPLIED);
    desk.clock.advance(399 * 86_400_000);
    expect(await findable("shop")).toHaveLength(3);
    desk.clock.advance(2 * 86_400_000);
    expect(await findable("shop")).toEqual([]);
  });

  test("is told to let go what has expired, whenever it is refreshed", async () => {
    const { desk, sweep } = await swept();
    const calls: string[] = [];
    const index = {
      upsert: async () => void calls.push("upsert"),
      removeExpired: async () => void calls.push("removeExpired"),
      nearest: () => Promise.reject(new Error("nobody asks")),
    };
    await sweep(APPLIED, { ...desk.world, memory: { index } });
    expect(calls).toEqual(["upsert", "removeExpired"]);
  });

  test("of a change that never had a plan holds what there is", async () => {
    const desk = await afterwards();
    const answer = await desk.call<Swept>(handler, REJECTED);
    expect(answer.memory.indexed).toBe(2);
  });
});

test.each<[string, NonNullable<World["memory"]>, string]>([
  [
    "store",
    {
      index: {
        upsert: () => Promise.reject(new MemoryError("MemoryUnavailable", "the database is resuming")),
        removeExpired: () => Promise.resolve(),
        nearest: () => Promise.reject(new Error("nobody asks")),
      },
    },
    "the database is resuming",
  ],
  [
    "model",
    {
      embedder: {
        ...hashingEmbedder,
        embed: () => Promise.reject(new ModelError("ModelThrottled", "slow down")),
      },
    },
    "slow down",
  ],
])(
  "a memory whose %s fails keeps nobody from looking back, and the result says so",
  async (_what, memory, why) => {
    const { desk, sweep, facts } = await swept();
    const { memory: told } = await sweep(APPLIED, { ...desk.world, memory });
    expect(told).toMatchObject({ indexed: 0, note: why });
    expect(await desk.text("retrospective.md")).toContain("# Retrospective");
    expect(await facts()).toHaveLength(6);
  },
);

test("tokens for vectors are the execution's, though the Sweeper asks no model", async () => {
  const { desk, sweep } = await swept();
  const embed: typeof hashingEmbedder.embed = async (texts, ms) => ({
    ...(await hashingEmbedder.embed(texts, ms)),
    inputTokens: 77,
  });
  const paid = { ...hashingEmbedder, name: "test:paid", inputUsd: 1, embed };
  await sweep(APPLIED, { ...desk.world, memory: { embedder: paid } });
  expect((await find(desk.world.table, "exec_1")).spent.tokens).toBe(77);
});
