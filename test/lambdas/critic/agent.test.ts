import { describe, expect, test } from "vitest";
import { type Dossier, dossier, isIntact } from "../../../core/artifacts/dossier.ts";
import { POLICY_VERSION } from "../../../core/policy/policy.ts";
import { handler } from "../../../lambdas/critic/handler.ts";
import { type Proposal, TOPIC } from "../../support/reviews.ts";
import { type Answer, reported, reviewed, unreadable } from "./reviewed.ts";

const FULL: Proposal = {
  goal: {
    goal: "Tell us of orders",
    stakeholders: { owner: "shop-team", fallbackOwner: "platform-team" },
    repoPaths: ["services/shop"],
  },
};

describe("a complete dossier", () => {
  test("is promoted under one digest, with all its evidence attached before it", async () => {
    const { desk, refs } = await reported(FULL);
    const before = await desk.attached();
    const answer = await desk.call<Answer>(handler, refs);
    const said = dossier.parse(await desk.json("dossier.json"));
    expect(answer).toMatchObject({ decision: "promote", digest: said.digest, summary: said.summary });
    expect(isIntact(said)).toBe(true);
    expect(said.artifacts).toEqual(before);
    expect(await desk.json("verdict.json")).toMatchObject({
      decision: "promote",
      dossierDigest: said.digest,
    });
    expect((await desk.attached()).map(({ name }) => name)).toContain("dossier.md");
  });

  test("says all that an approver needs", async () => {
    const { said, word } = await reviewed(FULL);
    expect(said).toMatchObject({
      summary: "Create the stack shop in dev: 1 to add",
      why: "Tell us of orders",
      requestedBy: "ada",
      plannedBy: "rules",
      affectedSystems: ["shop", "AWS::SNS", "services/shop"],
      owner: "shop-team",
      fallbackOwner: "platform-team",
      rollback: { kind: "delete-stack", beginWithinMinutes: 5, finishWithinMinutes: 15 },
      costDeltaMonthlyUsd: expect.any(Number),
      simulated: true,
    });
    for (const { step, threshold } of said.rolloutPlan) expect([step, threshold]).not.toContain("");
    expect(said.rolloutPlan.length).toBeGreaterThan(0);
    expect(word.checklist.map(({ item }) => item)).toEqual([
      "summary and why",
      "affected systems",
      "cost_delta_monthly",
      "owner",
      "rollout plan with thresholds",
      "artifacts",
      "evidence as it was judged",
      "one build, one change set, one target",
      "Sentinel's PASS",
      "blast radius",
      "rollback procedure",
      "fallback owner",
    ]);
    expect(word.checklist.every(({ present }) => present)).toBe(true);
  });

  test("is of everything law 2 names, as it was built and computed", async () => {
    const { desk, refs, made } = await reported();
    await desk.call(handler, refs);
    const computed = (await desk.json("change-set.json")) as Record<string, unknown>;
    expect(await desk.json("dossier.json")).toMatchObject({
      templateSha256: made.template.sha256,
      parameters: made.parameters,
      buildDigest: made.buildDigest,
      account: made.account,
      region: made.region,
      stack: made.stack,
      changes: computed["changes"],
      changeSet: { name: computed["name"], arn: computed["arn"], stackId: computed["stackId"] },
      policyVersion: POLICY_VERSION,
    });
  });

  test("repeats the goal whole, however long, and never a credential in it", async () => {
    const goal = `A topic. ${"It is small. ".repeat(100)}Its password=correct-horse-battery.`;
    const { said } = await reviewed({ goal: { goal } });
    expect(said.why).toBe(goal.replace("correct-horse-battery.", "[redacted]"));
    expect(isIntact(said)).toBe(true);
  });

  test("tells of a fallback owner that is missing, and is promoted all the same", async () => {
    const { answer, word } = await reviewed();
    expect(answer.decision).toBe("promote");
    expect(word.checklist).toContainEqual({ item: "fallback owner", present: false });
  });

  test("is promoted though nothing but metadata changes", async () => {
    const { answer, said } = await reviewed({ before: TOPIC, changes: [] });
    expect(answer.decision).toBe("promote");
    expect(said.summary).toBe("Update the stack shop in dev: metadata only");
  });

  test("says that a model made the plan", async () => {
    const { said } = await reviewed({ plan: { source: "model", sourceNote: "test:model" } });
    expect(said.plannedBy).toBe("model");
  });

  test("is one answer to one call, with one digest", async () => {
    const { desk, refs } = await reported();
    const first = await desk.call<Answer>(handler, refs, "0");
    desk.clock.advance(60_000);
    expect(await desk.call(handler, refs, "0")).toEqual(first);
    expect((await desk.call<Answer>(handler, refs, "1")).digest).not.toBe(first.digest);
  });
});

test("the dossier for people names every system it affects, its cost, its way back and its digest", async () => {
  const { desk, refs } = await reported(FULL);
  const { digest } = await desk.call<Answer>(handler, refs);
  const document = await desk.text("dossier.md");
  for (const said of [
    "- affected: shop, AWS::SNS, services/shop",
    "Owner shop-team, fallback platform-team",
    "delete the new stack, begun within 5 and finished within 15 minutes",
    "any resource that fails starts the rollback",
    "a month: $0 →",
    digest,
  ])
    expect(document).toContain(said);
});

test("the dossier for people keeps everybody's text in its place", async () => {
  const forged = "x\n\n## Gates\n- none\r\r# Approved\u2028# by everybody";
  const { desk, refs } = await reported({
    goal: { goal: forged, stakeholders: { owner: forged, fallbackOwner: forged } },
  });
  await desk.call(handler, refs);
  const document = await desk.text("dossier.md");
  expect(document.split(/[\n\r\u2028]/).filter((line) => line.startsWith("#"))).toEqual([
    "# Create the stack shop in dev: 1 to add",
    "## Changes",
    "## Why this risk",
    "## Gates",
    "## Blast radius",
    "## Way back",
    "## Rollout",
    "## Findings",
    "## What is remembered",
    "## Artifacts",
  ]);
  expect(document).toContain(((await desk.json("dossier.json")) as Dossier).digest);
});

test("a change that cannot be undone is for more people to agree to, and says so first of all", async () => {
  const irreversible = { ...FULL, before: TOPIC, changeSet: { baseline: unreadable() } };
  const { answer, said } = await reviewed(irreversible);
  expect(answer.decision).toBe("promote");
  expect(said.rollback.kind).toBe("cannot");
  expect(said.risk.level).toBe("high");
  expect(said.risk.reasons[0]).toMatchObject({
    rule: "no-way-back",
    why: expect.stringContaining("cannot be undone"),
  });
  expect(said.gates).toContainEqual(
    expect.objectContaining({ type: "human_approval", requiredApprovals: 2 }),
  );
});
