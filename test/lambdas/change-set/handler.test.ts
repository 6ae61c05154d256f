import { describe, expect, test } from "vitest";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import type { ChangeSetRequest } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import type { World } from "../../../core/ports.ts";
import { changeSets } from "../../../lambdas/change-set/handler.ts";
import { changeSetName } from "../../../lambdas/change-set/proposal.ts";
import {
  approvedChange,
  deploy,
  propose,
  SHOP,
  SHOP_MODIFIED,
  SHOP_TURNED_ROUND,
  type Workbench,
  workbench,
} from "../../support/approved-change.ts";
import { recording } from "../../support/recording-cloud.ts";
import { crashingTable } from "../../support/tables.ts";

const reader = ({ world }: Workbench) => world.cloud("dev").reader();

const APPLYING = ["executeChangeSet", "setStackPolicy", "deleteStack", "cancelUpdate", "continueRollback"];

describe("a proposed change set", () => {
  test("says every add, modify, replace and remove, and changes nothing yet", async () => {
    const bench = await workbench({ before: SHOP });
    const before = await bench.stack();
    const { changeSet } = await propose(bench.world, SHOP_TURNED_ROUND);
    expect(changeSet.changes.map(({ action, logicalId }) => [action, logicalId])).toEqual([
      ["add", "Alerts"],
      ["remove", "Jobs"],
      ["replace", "Orders"],
    ]);
    expect([await bench.stack(), await bench.holds()]).toEqual([before, ["Jobs", "Orders"]]);
  });

  test("bears the digest of what it builds in its name, and another name each time it is proposed", async () => {
    const bench = await workbench({ before: SHOP });
    const { changeSet: first } = await propose(bench.world, SHOP_MODIFIED);
    const { changeSet: second } = await propose(bench.world, SHOP_MODIFIED, undefined, "another step");
    const { changeSet: other } = await propose(bench.world, SHOP_TURNED_ROUND, undefined, "a third");
    expect(first.name).toMatch(new RegExp(`^conductor-${first.buildDigest}-[0-9a-f]{12}$`));
    expect(second.buildDigest).toBe(first.buildDigest);
    expect(other.buildDigest).not.toBe(first.buildDigest);
    expect(new Set([first.name, second.name, other.name]).size).toBe(3);
    expect(changeSetName("f".repeat(64), "x").length).toBeLessThanOrEqual(128);
  });

  test("holds what the stack is now: its template, its last update, the drift of what is touched", async () => {
    const bench = await workbench({ before: SHOP });
    await deploy(bench.world, "dev", SHOP_MODIFIED);
    bench.controls.drift({ environment: "dev", stack: "shop", resource: "Jobs" });
    const { changeSet } = await propose(bench.world, SHOP);
    const { template, lastUpdatedAt, drift, stackStatus } = changeSet.baseline;
    const stored = new TextDecoder().decode(await bench.world.artifacts.get(template!.sha256));
    expect(JSON.parse(stored)).toEqual({ Resources: SHOP_MODIFIED });
    expect([stackStatus, lastUpdatedAt]).toEqual(["UPDATE_COMPLETE", (await bench.stack())?.lastUpdatedAt]);
    expect(drift).toMatchObject([{ logicalId: "Jobs", status: "MODIFIED" }]);
  });

  test("of a new stack has nothing behind it", async () => {
    const bench = await workbench();
    const { changeSet } = await propose(bench.world, SHOP);
    expect(changeSet).toMatchObject({
      type: "CREATE",
      baseline: { stackStatus: "REVIEW_IN_PROGRESS", lastUpdatedAt: null, template: null, drift: [] },
    });
  });

  test("is made once for one step, also when the power goes before anybody hears of it", async () => {
    const bench = await workbench({ before: SHOP });
    const { table } = bench.world;
    // The reservation is stored, then the result is not.
    const world = { ...bench.world, table: crashingTable(table, ["none", "before", "before"]) };
    await expect(propose(world, SHOP_MODIFIED)).rejects.toMatchObject({ name: "Unavailable" });
    const again = await propose(bench.world, SHOP_MODIFIED);
    const calls: string[] = [];
    const remembered = await propose(recording(bench.world, calls), SHOP_MODIFIED);
    expect(remembered.changeSet.arn).toBe(again.changeSet.arn);
    expect(calls).toEqual([]);
  });

  test("that would change nothing is taken away again, and there is none", async () => {
    const bench = await workbench({ before: SHOP });
    const calls: string[] = [];
    await expect(propose(recording(bench.world, calls), SHOP)).rejects.toThrow();
    expect(calls).toContain("deleteChangeSet");
  });

  test("cannot be made of a stack that is stuck, and says what would help", async () => {
    const bench = await workbench({
      beforehand: async (controls, world) => {
        controls.failNext({ environment: "dev", stack: "shop", resource: "Jobs" });
        await deploy(world, "dev", SHOP);
      },
    });
    await expect(propose(bench.world, SHOP)).rejects.toMatchObject({
      name: "StackStuck",
      message: expect.stringContaining("Delete it first"),
    });
  });
});

describe("a change set nobody will execute", () => {
  const discard = async (bench: Workbench, changeSet: ArtifactRef, key = "exec_1/Discard/0") =>
    await changeSets(
      { action: "discard", executionId: "exec_1", idempotencyKey: key, changeSet },
      bench.world,
    );

  async function proposed(bench: Workbench) {
    const { changeSet } = await propose(bench.world, SHOP);
    const content = JSON.stringify(changeSet);
    return {
      changeSet,
      ref: { name: "change-set.json", kind: "ChangeSet", ...(await bench.world.artifacts.put(content)) },
    };
  }

  test("is taken away, and the empty stack that stood for it too", async () => {
    const bench = await workbench();
    const { changeSet, ref } = await proposed(bench);
    expect(await discard(bench, ref)).toEqual({ discarded: true });
    expect([await reader(bench).describeChangeSet(changeSet.arn), await bench.stack()]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await discard(bench, ref, "exec_1/Discard/1")).toEqual({ discarded: false });
  });

  test("is left alone once it was executed", async () => {
    const change = await approvedChange({ after: SHOP });
    await change.call("apply");
    const content = JSON.stringify(change.changeSet);
    const ref = { name: "c", kind: "ChangeSet", ...(await change.world.artifacts.put(content)) };
    expect(await discard(change, ref)).toEqual({ discarded: false });
    expect((await reader(change).describeChangeSet(change.changeSet.arn))?.executionStatus).toBe(
      "EXECUTE_COMPLETE",
    );
  });
});

describe("the dry_run lane", () => {
  test("asks nothing of the account that would change it, whatever it is told to do", async () => {
    const change = await approvedChange({ before: SHOP });
    const calls: string[] = [];
    const world = recording(change.world, calls);
    await propose(world, SHOP_TURNED_ROUND, undefined, "another");
    await change.call("apply");
    await change.call("observe");
    const { dossier } = await change.execution();
    await changeSets({ action: "undo", executionId: "exec_1", idempotencyKey: "undo", dossier }, world);
    expect(calls.filter((call) => APPLYING.includes(call))).toEqual([]);
    expect(calls).toContain("createChangeSet");
  });

  test.each([
    ["an action that is none", { action: "apply" }],
    ["no action", { action: undefined }],
    ["a field nobody knows", { action: "discard", lane: "execute" }],
  ])("refuses %s", async (_what, input) => {
    const bench = await workbench({ before: SHOP });
    const calls: string[] = [];
    const event = { executionId: "exec_1", idempotencyKey: "k", ...input };
    await expect(changeSets(event, recording(bench.world, calls))).rejects.toThrow();
    expect(calls).toEqual([]);
  });

  test.each([
    ["computes it", undefined],
    ["fails at it", new CloudError("CloudUnavailable", "gone")],
  ])("is not charged for the time CloudFormation takes when it %s", async (_what, error) => {
    const bench = await workbench({ before: SHOP });
    const cloud: World["cloud"] = (environment) => {
      const real = bench.world.cloud(environment);
      const slow = async (request: ChangeSetRequest) => {
        bench.time.pass(40);
        if (error) throw error;
        return await real.planner().createChangeSet(request);
      };
      return { ...real, planner: () => ({ ...real.planner(), createChangeSet: slow }) };
    };
    await propose({ ...bench.world, cloud }, SHOP_MODIFIED).catch(() => {});
    const [event] = await bench.told(error ? "agent.failed" : "agent.finished");
    expect(event!.data["spent"]).toEqual({ tokens: 0, milliseconds: 0, microUsd: 0 });
    expect((await bench.execution()).spent.milliseconds).toBe(0);
  });

  test("records which lane it worked in, and that it spent no more than its time", async () => {
    const bench = await workbench({ before: SHOP });
    await propose(bench.world, SHOP_MODIFIED);
    expect((await bench.told("agent.finished")).map(({ data }) => [data["lane"], data["spent"]])).toEqual([
      ["dry_run", { tokens: 0, milliseconds: expect.any(Number), microUsd: 0 }],
    ]);
  });
});
