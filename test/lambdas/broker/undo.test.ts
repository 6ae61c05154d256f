import { describe, expect, test } from "vitest";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import { changesOf } from "../../../core/change/from-description.ts";
import { canonicalJson, digestOf } from "../../../core/digest.ts";
import { store } from "../../../core/execution/executions.ts";
import { releaseLock } from "../../../core/lock/locks.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import { broker } from "../../../lambdas/broker/handler.ts";
import { changeSets } from "../../../lambdas/change-set/handler.ts";
import {
  type ApprovedChange,
  approve,
  approvedChange,
  deploy,
  putBeforePeople,
  type Setting,
  SHOP,
  SHOP_MODIFIED,
  SHOP_TURNED_ROUND,
} from "../../support/approved-change.ts";
import { crashingTable } from "../../support/tables.ts";

/** A change that has been applied, with the wish to undo it. */
async function applied(setting: Setting): Promise<ApprovedChange> {
  const change = await approvedChange(setting);
  await change.call("apply");
  expect(await change.call("observe")).toMatchObject({ standing: "applied" });
  await rewrite(change, { rollback: { cause: "requested", calledAt: change.time.now().toISOString() } });
  change.calls.length = 0;
  return change;
}

async function rewrite(change: ApprovedChange, changes: object): Promise<void> {
  const execution = await change.execution();
  await atomically(change.world.table, async (unit) => {
    await unit.get(keys.execution("exec_1"));
    store(unit, { ...execution, ...changes });
  });
}

/** The inverse change set as the dry_run lane prepares it. */
async function inverse(change: ApprovedChange, key = "exec_1/PrepareUndo/0"): Promise<ArtifactRef | null> {
  const { dossier } = await change.execution();
  const event = { action: "undo", executionId: "exec_1", idempotencyKey: key, dossier };
  return ((await changeSets(event, change.world)) as { changeSet: ArtifactRef | null }).changeSet;
}

async function template(change: ApprovedChange): Promise<unknown> {
  return JSON.parse((await change.world.cloud("dev").reader().stackTemplate("shop")) ?? "null");
}

describe("an applied change", () => {
  test("is undone by its inverse change set, which brings back exactly what was there", async () => {
    const change = await applied({ before: SHOP, after: SHOP_TURNED_ROUND });
    change.time.pass(60 * 24 * 30);
    await change.call("undo", { changeSet: await inverse(change) });
    expect(await change.call("observe")).toMatchObject({ standing: "undone" });
    expect([await template(change), await change.holds()]).toEqual([{ Resources: SHOP }, ["Jobs", "Orders"]]);
    expect(change.mutations()).toEqual(["setStackPolicy", "executeChangeSet"]);
  });

  test("of a new stack is undone by deleting it, without a change set", async () => {
    const change = await applied({ after: SHOP });
    expect(await inverse(change)).toBeNull();
    await change.call("undo", { changeSet: null });
    expect(await change.call("observe")).toMatchObject({ standing: "undone" });
    expect([await change.stack(), change.mutations()]).toEqual([undefined, ["deleteStack"]]);
  });

  test("is undone once, however often the same step asks", async () => {
    const change = await applied({ before: SHOP });
    const changeSet = await inverse(change);
    for (let i = 0; i < 3; i++) await change.call("undo", { changeSet });
    await change.call("observe");
    expect((await change.told("rollback.began")).length).toBe(1);
    expect(await template(change)).toEqual({ Resources: SHOP });
  });

  test("is undone under the approval it had, though policy and gates' time have moved on", async () => {
    const change = await applied({ before: SHOP });
    const { digest: _old, ...content } = { ...change.dossier, policyVersion: "2020.01.1" };
    const dossier = { ...content, digest: digestOf(content) };
    await putBeforePeople(change.world, dossier);
    await approve(change.world, dossier, ["grace"]);
    change.time.pass(60 * 24);
    await change.call("undo", { changeSet: await inverse(change) });
    expect(await change.call("observe")).toMatchObject({ standing: "undone" });
  });

  test("is undone with everything asked anew when an earlier try broke off before CloudFormation heard", async () => {
    const change = await applied({ before: SHOP, after: SHOP_TURNED_ROUND });
    const changeSet = await inverse(change);
    const event = { action: "undo", executionId: "exec_1", idempotencyKey: "exec_1/undo/0", changeSet };
    const world = { ...change.world, table: crashingTable(change.world.table, ["after"]) };
    await expect(broker(event, world)).rejects.toMatchObject({ name: "Unavailable" });
    await change.call("undo", { changeSet });
    expect(change.mutations()).toEqual(["setStackPolicy", "executeChangeSet"]);
    expect(await change.call("observe")).toMatchObject({ standing: "undone" });
  });
});

describe("an approval does not cover undoing", () => {
  const refuses = async (
    change: ApprovedChange,
    changeSet: ArtifactRef | null,
    name: string,
    why: RegExp,
  ) => {
    await expect(change.call("undo", { changeSet })).rejects.toMatchObject({
      name,
      message: expect.stringMatching(why),
    });
    expect([change.mutations(), (await change.execution()).watch]).toEqual([[], undefined]);
  };

  test("what somebody else has changed since", async () => {
    const change = await applied({ before: SHOP });
    await deploy(change.world, "dev", { ...SHOP_MODIFIED, Alerts: SHOP_TURNED_ROUND["Alerts"]! });
    await refuses(change, await inverse(change), "ApprovalVoid", /was changed since/);
  });

  test("a stack that is gone", async () => {
    const change = await applied({ after: SHOP });
    await change.world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
    await refuses(change, null, "ApprovalVoid", /is gone/);
  });

  test("by deleting a stack that was there before", async () => {
    const change = await applied({ before: SHOP });
    await refuses(change, null, "ApprovalVoid", /nothing to undo/);
  });

  test("by a change set that does more than the change did", async () => {
    const change = await applied({ before: SHOP });
    const more = { ...SHOP, Orders: SHOP_TURNED_ROUND["Orders"]! };
    await refuses(change, await forged(change, more, true), "ApprovalVoid", /also touch Orders/);
    await refuses(change, await forged(change, more, false), "ApprovalVoid", /not be what was agreed/);
  });

  test("by a change set that brings back something else", async () => {
    const change = await applied({ before: SHOP });
    const other = { ...SHOP, Jobs: { ...SHOP["Jobs"]!, Properties: { VisibilityTimeout: 7 } } };
    await refuses(change, await forged(change, other, true), "ApprovalVoid", /template is another/);
  });

  test("by a change set that somebody took away", async () => {
    const change = await applied({ before: SHOP });
    const ref = await inverse(change);
    await change.world
      .cloud("dev")
      .planner()
      .deleteChangeSet(await arnOf(change, ref!));
    await refuses(change, ref, "ApprovalVoid", /is gone/);
  });

  test("without the lock", async () => {
    const change = await applied({ before: SHOP });
    const ref = await inverse(change);
    await atomically(change.world.table, async (unit) => releaseLock(unit, await change.execution(), "now"));
    await refuses(change, ref, "LockNotHeld", /nobody holds it/);
  });

  test("what the laws forbid by now: in prod a new table with data goes only with a snapshot", async () => {
    const change = await applied({ environment: "prod", after: { Orders: SHOP["Orders"]! } });
    await refuses(change, null, "LawBroken", /Orders/);
    change.controls.takeSnapshot({ environment: "prod", stack: "shop", resource: "Orders" });
    await change.call("undo", { changeSet: null });
    expect(change.mutations()).toEqual(["deleteStack"]);
  });
});

async function arnOf(change: ApprovedChange, ref: ArtifactRef): Promise<string> {
  const text = new TextDecoder().decode(await change.world.artifacts.get(ref.sha256));
  return (JSON.parse(text) as { arn: string }).arn;
}

/** A change set to these resources in the place of the inverse; it may tell the truth about what it changes. */
async function forged(change: ApprovedChange, resources: typeof SHOP, honest: boolean): Promise<ArtifactRef> {
  const real = await inverse(change, `exec_1/PrepareUndo/${change.world.newId("x")}`);
  const text = new TextDecoder().decode(await change.world.artifacts.get(real!.sha256));
  const content = JSON.parse(text) as { changes: object[] };
  const name = `forged-${change.world.newId("x").slice(2)}`;
  const template = JSON.stringify({ Resources: resources });
  const request = { stack: "shop", name, template, parameters: {}, tags: {}, clientToken: name };
  const { arn, changes } = await change.world.cloud("dev").planner().createChangeSet(request);
  const told = honest ? changesOf(changes) : content.changes;
  const artifact = canonicalJson({ ...content, name, arn, changes: told });
  return {
    name: "inverse-change-set.json",
    kind: "ChangeSet",
    ...(await change.world.artifacts.put(artifact)),
  };
}
