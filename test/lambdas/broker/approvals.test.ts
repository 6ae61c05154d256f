import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Dossier } from "../../../core/artifacts/dossier.ts";
import { digestOf } from "../../../core/digest.ts";
import type { Gate } from "../../../core/gate/gate.ts";
import { ofExecution } from "../../../core/gate/gates.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import {
  type ApprovedChange,
  approve,
  approvedChange,
  putBeforePeople,
  SHOP,
} from "../../support/approved-change.ts";
import { human, security } from "../../support/dossiers.ts";
import { aVote } from "../../support/records.ts";

/** What somebody with the database file can do to the first gate. */
async function rewrite(change: ApprovedChange, changes: Partial<Gate>): Promise<void> {
  const [gate] = await ofExecution(change.world.table, "exec_1");
  await atomically(change.world.table, async (unit) => {
    const key = keys.gate("exec_1", gate!.id);
    await unit.get(key);
    unit.put({ ...key, attributes: { ...gate, ...changes } });
  });
}

async function refusedAs(change: ApprovedChange, name: string): Promise<void> {
  await expect(change.call("apply")).rejects.toMatchObject({ name });
  expect([change.mutations(), (await change.execution()).changeStatus]).toEqual([[], "WAIT_FOR_APPROVE"]);
}

describe("nothing is applied", () => {
  test.each([
    ["on nobody's approval", { approvers: [] }],
    ["on fewer approvals than the risk asks for", { dossier: { gates: [human(2)] } }],
    ["while one of its gates is open", { dossier: { gates: [human(2), security] }, approvers: ["grace"] }],
    ["on a dossier that asks nobody", { dossier: { gates: [] }, approvers: [] }],
  ])("%s", async (_what, setting) => {
    await refusedAs(await approvedChange({ before: SHOP, ...setting }), "QuorumNotMet");
  });

  test.each(["open", "rejected", "expired", "closed"] as const)("on a gate that is %s", async (status) => {
    const change = await approvedChange({ before: SHOP });
    await rewrite(change, { status });
    await refusedAs(change, "QuorumNotMet");
  });

  test.each([
    ["that approve something else", [aVote("grace", { digest: "f".repeat(64) })]],
    ["of the requester", [aVote("ada")]],
    ["that reject", [aVote("grace", { decision: "reject" })]],
  ])("on votes %s, though the gate's row says approved", async (_what, votes) => {
    const change = await approvedChange({ before: SHOP });
    const digest = change.dossier.digest;
    await rewrite(change, {
      votes: votes.map((vote) => (vote.digest.startsWith("f") ? vote : { ...vote, digest })),
    });
    await refusedAs(change, "QuorumNotMet");
  });

  test.each([
    ["that nobody asked to skip", {}],
    ["in prod", { environment: "prod" as const }],
    ["where several people are needed", { dossier: { gates: [human(2)] } }],
  ])("on a gate whose row says that it was skipped, %s", async (_what, setting) => {
    const change = await approvedChange({ before: SHOP, ...setting, approvers: [] });
    await rewrite(change, { status: "approved", skipped: { by: "ada", at: "2026-01-05T09:00:00.000Z" } });
    await refusedAs(change, "QuorumNotMet");
  });

  test("on one person's two votes where two people are asked", async () => {
    const change = await approvedChange({ before: SHOP, dossier: { gates: [human(2)] } });
    const vote = aVote("grace", { digest: change.dossier.digest });
    await rewrite(change, { status: "approved", votes: [vote, { ...vote, via: "mail" }] });
    await refusedAs(change, "QuorumNotMet");
  });

  test("on a gate that asked for fewer people than the dossier does", async () => {
    const change = await approvedChange({ before: SHOP, dossier: { gates: [human(2)] } });
    await rewrite(change, { status: "approved", requiredApprovals: 1 });
    await refusedAs(change, "QuorumNotMet");
  });

  test("on the approval of another dossier of the same execution", async () => {
    const change = await approvedChange({ before: SHOP });
    const { digest: _old, ...content } = { ...change.dossier, summary: "something worse" };
    await putBeforePeople(change.world, { ...content, digest: digestOf(content) });
    await refusedAs(change, "QuorumNotMet");
  });

  test("without a dossier", async () => {
    const change = await approvedChange({ before: SHOP });
    const { dossier: _none, ...execution } = await change.execution();
    await atomically(change.world.table, async (unit) => {
      await unit.get(keys.execution("exec_1"));
      unit.put({ ...keys.execution("exec_1"), attributes: execution });
    });
    await refusedAs(change, "QuorumNotMet");
  });
});

describe("an approval is void", () => {
  test.each([
    ["of another execution", { executionId: "exec_2" }],
    ["of another stack", { stack: "other" }],
    ["of another account", { account: "815856636111" }],
    ["of another region", { region: "eu-west-1" }],
    ["under another version of the policy", { policyVersion: "2020.01.1" }],
  ])("%s", async (_what, otherwise: Partial<Dossier>) => {
    const change = await approvedChange({ before: SHOP });
    const { digest: _old, ...content } = { ...change.dossier, ...otherwise };
    const dossier = { ...content, digest: digestOf(content) };
    await putBeforePeople(change.world, { ...dossier, executionId: "exec_1" } as Dossier);
    await approve(change.world, dossier, ["grace"]);
    await refusedAs(change, "ApprovalVoid");
  });

  test("when the time of its gate is over before anything was begun", async () => {
    const change = await approvedChange({ before: SHOP });
    change.time.pass(59);
    change.time.pass(1);
    await refusedAs(change, "ApprovalVoid");
  });

  test("of a dossier that is no longer what its digest was taken of", async () => {
    const change = await approvedChange({ before: SHOP });
    await putBeforePeople(change.world, { ...change.dossier, costDeltaMonthlyUsd: 0 });
    await refusedAs(change, "ApprovalVoid");
  });

  test("when somebody else's dossier was slipped under the execution", async () => {
    const change = await approvedChange({ before: SHOP });
    const { digest: _old, ...content } = { ...change.dossier, why: "another" };
    await putBeforePeople(change.world, { ...content, digest: digestOf(content) });
    await approve(change.world, { ...content, digest: digestOf(content) }, ["grace"]);
    const execution = await change.execution();
    await atomically(change.world.table, async (unit) => {
      await unit.get(keys.execution("exec_1"));
      unit.put({ ...keys.execution("exec_1"), attributes: { ...execution, digest: change.dossier.digest } });
    });
    await refusedAs(change, "ApprovalVoid");
  });
});

test("what was begun in time is carried on after its time", async () => {
  const change = await approvedChange({ before: SHOP });
  await change.call("apply");
  change.time.pass(120);
  await change.call("apply");
  expect(await change.call("observe")).toMatchObject({ standing: "applied" });
});

test("a template that was changed on the disk is not what was approved", async () => {
  const change = await approvedChange({ before: SHOP });
  writeFileSync(change.home.world.artifacts.pathOf(change.dossier.templateSha256), '{"Resources":{}}');
  await refusedAs(change, "ArtifactCorrupted");
});
