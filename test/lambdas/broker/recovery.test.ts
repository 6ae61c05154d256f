import { describe, expect, test } from "vitest";
import type { Execution } from "../../../core/execution/execution.ts";
import type { Gate } from "../../../core/gate/gate.ts";
import { castVote, ofExecution } from "../../../core/gate/gates.ts";
import { releaseLock } from "../../../core/lock/locks.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import { gatekeeper } from "../../../lambdas/gatekeeper/handler.ts";
import {
  approvedChange,
  deploy,
  type Place,
  propose,
  SHOP,
  SHOP_MODIFIED,
  type Workbench,
  workbench,
} from "../../support/approved-change.ts";
import { person } from "../../support/workspace.ts";

const DEV = { environment: "dev", stack: "shop" } as const;
const guarded = {
  ...SHOP["Orders"]!,
  Properties: { ...(SHOP["Orders"]!["Properties"] as object), DeletionProtectionEnabled: true },
};

type Stuck = Pick<Place, "before" | "beforehand">;

/** How somebody, by hand or by another tool, left the stack in each of these states. */
const STATES: Record<string, Stuck> = {
  ROLLBACK_COMPLETE: {
    beforehand: async (controls, world) => {
      controls.failNext({ ...DEV, resource: "Jobs" });
      await deploy(world, "dev", SHOP);
    },
  },
  ROLLBACK_FAILED: {
    beforehand: async (controls, world) => {
      controls.failNext({ ...DEV, resource: "Jobs", rollbackToo: true });
      await deploy(world, "dev", SHOP);
    },
  },
  UPDATE_ROLLBACK_FAILED: {
    before: SHOP,
    beforehand: async (controls, world) => {
      controls.failNext({ ...DEV, resource: "Jobs", rollbackToo: true });
      await deploy(world, "dev", SHOP_MODIFIED);
    },
  },
  DELETE_FAILED: {
    before: { ...SHOP, Orders: guarded },
    beforehand: async (_controls, world) => {
      await world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
    },
  },
  REVIEW_IN_PROGRESS: {
    beforehand: async (_controls, world) => {
      const template = JSON.stringify({ Resources: SHOP });
      const request = { stack: "shop", name: "left", template, parameters: {}, tags: {}, clientToken: "x" };
      await world.cloud("dev").planner().createChangeSet(request);
    },
  },
};

/** A deletion that failed at the table, which still holds its data. */
const DELETION_FAILED: Stuck = {
  before: SHOP,
  beforehand: async (controls, world) => {
    controls.failNext({ ...DEV, resource: "Orders" });
    await world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
  },
};

interface Diagnosis {
  readonly digest: string;
  readonly subject: string;
  readonly requiredApprovals: number;
}

const PEOPLE = ["grace", "linus", "joan"];

/** Diagnoses the stack, puts the remedy before people and has as many of them decide as it takes. */
async function decided(bench: Workbench, decision: "approve" | "reject" | "none", visit = 0) {
  const { digest, subject, requiredApprovals } = (await bench.call("diagnose")) as Diagnosis;
  const event = { executionId: "exec_1", idempotencyKey: `exec_1/OpenRecovery/${visit}` };
  const asked = { ...event, action: "review", type: "stack_recovery", digest, subject, requiredApprovals };
  const { gates } = (await gatekeeper(asked, bench.world)) as { gates: { gateId: string }[] };
  const [gate] = gates;
  if (decision === "none") return { gates, subject, requiredApprovals };
  for (const by of PEOPLE.slice(0, decision === "reject" ? 1 : requiredApprovals)) {
    const vote = { gateId: gate!.gateId, decision, caller: person(by), digest } as const;
    await castVote(bench.world.table, vote, bench.world.clock.now());
  }
  return { gates, subject, requiredApprovals };
}

async function givesUpLock(bench: Workbench): Promise<void> {
  await atomically(bench.world.table, async (unit) => releaseLock(unit, await bench.execution(), "now"));
}

describe("a stack that somebody left in", () => {
  test.each(Object.keys(STATES))(
    "%s is recognised, and what would help is said in a sentence",
    async (status) => {
      const bench = await workbench(STATES[status]);
      expect((await bench.stack())?.status).toBe(status);
      const { subject } = (await bench.call("diagnose")) as { subject: string };
      const remedy =
        status === "UPDATE_ROLLBACK_FAILED" ? "continue its rollback" : "delete what is left of it";
      expect(subject).toContain(`shop is stuck in ${status}: ${remedy}`);
      expect(bench.mutations()).toEqual([]);
    },
  );

  test.each(["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])(
    "%s is led out by deleting what is left, and takes a change again",
    async (status) => {
      const bench = await workbench(STATES[status]);
      const { gates } = await decided(bench, "approve");
      expect(await bench.call("recover", { gates })).toEqual({ action: "delete-stack" });
      expect(await bench.call("observe")).toMatchObject({ standing: "undone" });
      expect((await propose(bench.world, SHOP)).changeSet.type).toBe("CREATE");
    },
  );

  test("takes as many people as the loss of what it still holds", async () => {
    const approvals = async (place: Stuck) =>
      (await decided(await workbench(place), "none")).requiredApprovals;
    // Nothing is left of a creation that was rolled back; a queue and a table are, where the rollback failed.
    expect(await approvals(STATES["ROLLBACK_COMPLETE"]!)).toBe(1);
    expect(await approvals(STATES["UPDATE_ROLLBACK_FAILED"]!)).toBe(1);
    expect(await approvals(DELETION_FAILED)).toBe(2);
  });

  test("is not led out by fewer people than its loss takes by then", async () => {
    const bench = await workbench(DELETION_FAILED);
    const { gates } = await decided(bench, "approve");
    const [gate] = await ofExecution(bench.world.table, "exec_1");
    await atomically(bench.world.table, async (unit) => {
      const key = keys.gate("exec_1", gate!.id);
      const row = await unit.get<Gate>(key);
      unit.put({ ...key, attributes: { ...row!, requiredApprovals: 1 } });
    });
    await expect(bench.call("recover", { gates })).rejects.toMatchObject({
      name: "DigestMismatch",
      message: "leading shop out of its state now takes 2 approvals",
    });
    expect(bench.mutations()).toEqual([]);
  });

  test("UPDATE_ROLLBACK_FAILED is led out by continuing, which gives everything a second chance", async () => {
    const bench = await workbench(STATES["UPDATE_ROLLBACK_FAILED"]);
    const { gates } = await decided(bench, "approve");
    expect(await bench.call("recover", { gates })).toEqual({ action: "continue-rollback" });
    expect(await bench.call("observe")).toMatchObject({ standing: "undone" });
    expect((await bench.stack())?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect((await propose(bench.world, SHOP_MODIFIED)).changeSet.type).toBe("UPDATE");
  });

  test("UPDATE_ROLLBACK_FAILED again is led out by giving up on what failed, which people are told", async () => {
    const bench = await workbench(STATES["UPDATE_ROLLBACK_FAILED"]);
    bench.controls.breakResource({ ...DEV, resource: "Jobs", how: "resource-deleted" });
    const first = await decided(bench, "approve");
    expect(first.subject).not.toContain("giving up");
    await bench.call("recover", { gates: first.gates, idempotencyKey: "exec_1/RecoverStack/0" });
    expect(await bench.call("observe")).toMatchObject({ standing: "stuck" });
    const second = await decided(bench, "approve", 1);
    expect(second.subject).toContain("giving up on Jobs");
    await bench.call("recover", { gates: second.gates, idempotencyKey: "exec_1/RecoverStack/1" });
    expect(await bench.call("observe")).toMatchObject({ standing: "undone" });
  });

  test("DELETE_FAILED is led out once nothing keeps it from being deleted", async () => {
    const bench = await workbench(DELETION_FAILED);
    expect((await bench.stack())?.status).toBe("DELETE_FAILED");
    const { gates } = await decided(bench, "approve");
    await bench.call("recover", { gates });
    expect(await bench.call("observe")).toMatchObject({ standing: "undone" });
    expect(await bench.stack()).toBeUndefined();
  });
});

describe("nobody leads out", () => {
  test.each(["reject", "none"] as const)("what people did not approve (%s)", async (decision) => {
    const bench = await workbench(STATES["ROLLBACK_COMPLETE"]);
    const { gates } = await decided(bench, decision);
    await expect(bench.call("recover", { gates })).rejects.toMatchObject({ name: "QuorumNotMet" });
    expect(bench.mutations()).toEqual([]);
  });

  test("a stack that is no longer stuck in the way that was approved", async () => {
    const bench = await workbench(STATES["UPDATE_ROLLBACK_FAILED"]);
    const { gates } = await decided(bench, "approve");
    // Somebody continues the rollback by hand, and it fails once more after an update of their own.
    const applier = bench.world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} });
    await applier.continueRollback("x", []);
    await expect(bench.call("recover", { gates })).rejects.toMatchObject({ name: "StackNotStuck" });
    await applier.deleteStack("y");
    bench.controls.failNext({ ...DEV, resource: "Jobs" });
    await deploy(bench.world, "dev", SHOP);
    await expect(bench.call("recover", { gates })).rejects.toMatchObject({ name: "DigestMismatch" });
    expect(bench.mutations()).toEqual([]);
  });

  test("a stack whose lock somebody else holds", async () => {
    const bench = await workbench(STATES["ROLLBACK_COMPLETE"]);
    const { gates } = await decided(bench, "approve");
    await givesUpLock(bench);
    await expect(bench.call("recover", { gates })).rejects.toMatchObject({ name: "LockNotHeld" });
    expect(bench.mutations()).toEqual([]);
  });

  test("a stack on the approval of some other gate of the execution", async () => {
    const change = await approvedChange({ before: SHOP });
    const [approval] = await ofExecution(change.world.table, "exec_1");
    change.controls.failNext({ ...DEV, resource: "Jobs", rollbackToo: true });
    await change.call("apply");
    expect(await change.call("observe")).toMatchObject({ standing: "stuck" });
    const gates = [{ gateId: approval!.id }];
    await expect(change.call("recover", { gates })).rejects.toMatchObject({ name: "DigestMismatch" });
    expect(change.mutations()).toEqual(["setStackPolicy", "executeChangeSet"]);
  });

  test("a healthy stack, whatever somebody believes of it", async () => {
    const bench = await workbench({ before: SHOP });
    await expect(bench.call("diagnose")).rejects.toMatchObject({
      name: "StackNotStuck",
      message: expect.stringContaining("CREATE_COMPLETE"),
    });
  });

  test("a stack that is still moving", async () => {
    const bench = await workbench({ before: SHOP, pace: "real" });
    await bench.world.cloud("dev").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
    await expect(bench.call("diagnose")).rejects.toMatchObject({ name: "StackBusy" });
  });

  test("a stack in prod by deleting data without a snapshot, which is not even asked (law 7)", async () => {
    const bench = await workbench({
      ...STATES["DELETE_FAILED"],
      environment: "prod",
      beforehand: async (controls, world) => {
        void controls;
        await world.cloud("prod").applier({ executionId: "x", stack: "shop", tags: {} }).deleteStack("x");
      },
    });
    expect((await bench.stack())?.status).toBe("DELETE_FAILED");
    await expect(bench.call("diagnose")).rejects.toMatchObject({
      name: "LawBroken",
      message: expect.stringContaining("Orders"),
    });
    bench.controls.takeSnapshot({ environment: "prod", stack: "shop", resource: "Orders" });
    await expect(bench.call("diagnose")).resolves.toMatchObject({ digest: expect.any(String) });
  });
});

test("a recovery asked for again and again under one key is done once, and recorded once", async () => {
  const bench = await workbench(STATES["UPDATE_ROLLBACK_FAILED"]);
  const { gates } = await decided(bench, "approve");
  for (let i = 0; i < 3; i++) await bench.call("recover", { gates });
  const began: Execution["recovery"] = (await bench.execution()).recovery;
  expect([began?.times, (await bench.told("recovery.began")).length]).toEqual([1, 1]);
  expect((await bench.stack())?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
});

test("an apply that got stuck and was led out ends as rolled back, measured from its failure", async () => {
  const change = await approvedChange({ before: SHOP });
  change.controls.failNext({ ...DEV, resource: "Jobs", rollbackToo: true });
  await change.call("apply");
  expect(await change.call("observe")).toMatchObject({ standing: "stuck" });
  const { gates } = await decided(change, "approve");
  await change.call("recover", { gates });
  expect(await change.call("observe")).toMatchObject({ standing: "undone" });
  expect((await change.execution()).rollback).toMatchObject({
    cause: "failure",
    beganAt: expect.any(String),
    finishedAt: expect.any(String),
  });
});
