import { describe, expect, test } from "vitest";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import type { Retrospective } from "../../core/artifacts/retrospective.ts";
import { lockOf } from "../../core/lock/locks.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { example, Pipeline } from "../support/pipeline.ts";

/** The statuses an execution went through, each once. */
async function statuses(pipeline: Pipeline, id: string): Promise<string[]> {
  const events = await pipeline.told(id);
  const seen = events.flatMap(({ data }) => (data["changeStatus"] ? [String(data["changeStatus"])] : []));
  return [...new Set(seen)];
}

const templateOf = async (pipeline: Pipeline, stack: string) =>
  JSON.parse((await pipeline.world.cloud("dev").reader().stackTemplate(stack)) ?? "null") as unknown;

describe("photo-archive", () => {
  test("becomes a plan, an exact change, a price, a risk, an approval and an applied stack", async () => {
    const pipeline = new Pipeline();
    const id = await pipeline.start(example("photo-archive"));
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", changeStatus: "WAIT_FOR_APPROVE" });
    const dossier = await pipeline.artifact<Dossier>(id, "dossier.json");
    expect(dossier.blastRadius.counts).toMatchObject({ modify: 0, replace: 0, remove: 0 });
    expect(dossier.costDeltaMonthlyUsd).toBeGreaterThanOrEqual(0);
    expect(await pipeline.world.cloud("dev").reader().stackResources("photo-archive")).toEqual([]);

    const ended = await pipeline.approve(id, ["grace"]);
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied", status: "completed" });
    const held = await pipeline.world.cloud("dev").reader().stackResources("photo-archive");
    expect(held.map(({ logicalId }) => logicalId)).toEqual(
      dossier.changes.map(({ logicalId }) => logicalId).toSorted(),
    );
    expect(await statuses(pipeline, id)).toEqual([
      "IN_PROGRESS",
      "VALIDATING",
      "READY_FOR_APPLY",
      "WAIT_FOR_APPROVE",
      "DONE",
    ]);
    expect((await lockOf(pipeline.world.table, ended)).holder).toBeUndefined();
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });

  test("in its second version replaces one resource, adds one and removes one, and comes back exactly when undone", async () => {
    const pipeline = new Pipeline();
    await pipeline.carryOut(example("photo-archive"));
    const before = await templateOf(pipeline, "photo-archive");
    const id = await pipeline.start(example("photo-archive-v2"));
    await pipeline.rest(id);
    const { blastRadius, changes } = await pipeline.artifact<Dossier>(id, "dossier.json");
    expect(blastRadius.counts).toEqual({ add: 1, modify: 4, replace: 1, remove: 1 });
    const only = (action: string) => changes.filter((one) => one.action === action).map(({ type }) => type);
    expect([only("add"), only("replace"), only("remove")]).toEqual([
      ["AWS::SecretsManager::Secret"],
      ["AWS::DynamoDB::Table"],
      ["AWS::ApiGatewayV2::Route"],
    ]);
    expect(await pipeline.approve(id)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    expect(await templateOf(pipeline, "photo-archive")).not.toEqual(before);

    expect(await pipeline.rollBack(id)).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
    expect(await templateOf(pipeline, "photo-archive")).toEqual(before);
  });

  test("asked for twice changes nothing the second time, and asks nobody", async () => {
    const pipeline = new Pipeline();
    await pipeline.carryOut(example("photo-archive"));
    const id = await pipeline.start(example("photo-archive"));
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "DONE", outcome: "no_changes" });
    expect(await pipeline.gates(id)).toEqual([]);
  });
});

test("fails-halfway is rolled back by itself, with both times measured, and leaves nothing behind", async () => {
  const pipeline = new Pipeline({ pace: "real" });
  const id = await pipeline.start(example("fails-halfway"));
  await pipeline.rest(id);
  const ended = await pipeline.approve(id);
  expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back", status: "completed" });
  expect(ended.apply?.failure).toContain("photos already exists");
  const { rollback, lessons } = await pipeline.artifact<Retrospective>(id, "retrospective.json");
  expect(rollback).toMatchObject({ cause: "failure", withinLimits: true });
  expect(rollback!.finishedAfterSeconds).toBeGreaterThan(rollback!.beganAfterSeconds!);
  expect(lessons.join()).toContain("photos already exists");
  expect(await pipeline.world.cloud("dev").reader().describeStack("photo-mirror")).toBeUndefined();
});

describe("refused by a law, whoever would approve,", () => {
  test.each([
    ["drop-prod-database", "law 7", "orders"],
    ["touch-conductor", "law 12", "agent-mesh-dev-small"],
  ])("%s (%s) opens no gate and touches nothing", async (name, law, stack) => {
    const pipeline = new Pipeline();
    const environment = name === "touch-conductor" ? "dev" : "prod";
    const before = await pipeline.world.cloud(environment).reader().describeStack(stack);
    const id = await pipeline.start(example(name));
    const ended = await pipeline.rest(id);
    expect(ended).toMatchObject({
      changeStatus: "BLOCKED",
      outcome: "blocked",
      error: { name: "LawBroken" },
    });
    expect(ended.error?.message).toContain(law);
    expect(await pipeline.gates(id)).toEqual([]);
    expect(await pipeline.world.cloud(environment).reader().describeStack(stack)).toEqual(before);
  });
});

describe("too-cheap", () => {
  async function blocked() {
    const pipeline = new Pipeline();
    const id = await pipeline.start(example("too-cheap"));
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", changeStatus: "BLOCKED" });
    return { pipeline, id };
  }

  test("is tried twice more, then its smallest relaxation is put before a person", async () => {
    const { pipeline, id } = await blocked();
    const failed = (await pipeline.told(id)).filter(({ type }) => type === "agent.failed");
    expect(failed.map(({ data }) => (data["error"] as { name: string }).name)).toEqual(
      Array.from({ length: 3 }, () => "DesignBlocked"),
    );
    expect(await pipeline.gates(id)).toMatchObject([{ type: "design_review", requiredApprovals: 1 }]);
  });

  test("goes on relaxed when somebody agrees, and is applied when people approve the change itself", async () => {
    const { pipeline, id } = await blocked();
    expect(await pipeline.approve(id, ["grace"])).toMatchObject({ changeStatus: "WAIT_FOR_APPROVE" });
    const plan = await pipeline.artifact<PlanSpec>(id, "plan.json");
    expect(plan.budgets.monthlyCostLimitUsd ?? Number.POSITIVE_INFINITY).toBeGreaterThan(20);
    expect(await pipeline.approve(id, ["grace", "linus", "joan"])).toMatchObject({ outcome: "applied" });
  });

  test("ends when somebody does not agree", async () => {
    const { pipeline, id } = await blocked();
    expect(await pipeline.reject(id)).toMatchObject({ changeStatus: "REJECTED", outcome: "rejected" });
  });

  test("cannot be relaxed by whoever asked for it", async () => {
    const { pipeline, id } = await blocked();
    await expect(pipeline.approve(id, ["ada"])).rejects.toMatchObject({ name: "SelfApproval" });
    expect((await pipeline.rest(id)).changeStatus).toBe("BLOCKED");
  });
});
