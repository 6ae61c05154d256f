import { describe, expect, test } from "vitest";
import type { Json } from "../../core/template/template.ts";
import { queue, table, topic } from "../adapters/embedded/sandbox/workbench.ts";
import { type OpenBench, StackWork } from "./cloud-bench.ts";

const work2 = (seconds: number) => ({
  Dead: queue({ VisibilityTimeout: seconds }),
  Work: { ...(queue({ VisibilityTimeout: seconds }) as object), DependsOn: "Dead" },
});

const named = (TableName: string) => ({ Orders: table({ TableName }) });

export function operationCases(open: OpenBench): void {
  describe("operations", () => {
    test("create a stack, telling each step", async () => {
      const work = await StackWork.open(open);
      expect(await work.apply({ A: topic() })).toEqual([
        "shop CREATE_IN_PROGRESS: User Initiated",
        "A CREATE_IN_PROGRESS",
        "A CREATE_IN_PROGRESS: Resource creation Initiated",
        "A CREATE_COMPLETE",
        "shop CREATE_COMPLETE",
      ]);
    });

    test("update a stack, replacing what cannot be changed", async () => {
      const work = await StackWork.open(open);
      await work.apply(named("one"));
      const before = await work.stack();
      const told = await work.apply(named("two"));
      expect(told).toEqual([
        "shop UPDATE_IN_PROGRESS: User Initiated",
        "Orders UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.",
        "Orders UPDATE_IN_PROGRESS: Resource creation Initiated",
        "Orders UPDATE_COMPLETE",
        "shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "Orders DELETE_IN_PROGRESS",
        "Orders DELETE_COMPLETE",
        "shop UPDATE_COMPLETE",
      ]);
      const after = await work.stack();
      expect(after).toMatchObject({ stackId: before.stackId, status: "UPDATE_COMPLETE" });
      expect(after.lastUpdatedAt).not.toBe(before.lastUpdatedAt);
      expect((await work.reader.stackResources("shop"))[0]?.physicalId).toBe("two");
    });

    test("that fail to create roll back to a stack that can only be deleted", async () => {
      const work = await StackWork.open(open);
      work.bench.controls.failNext({ environment: "dev", resource: "Work", reason: "Out of queues" });
      const told = await work.apply(work2(1));
      expect(told).toContain("Work CREATE_FAILED: Out of queues");
      expect(told.at(-1)).toBe("shop ROLLBACK_COMPLETE");
      const { stackId } = await work.stack();
      await work.applier({ stackId }).deleteStack("empty");
      expect((await work.stack(stackId)).status).toBe("DELETE_COMPLETE");
    });

    test("that fail to update roll back to what was", async () => {
      const work = await StackWork.open(open);
      await work.apply(work2(1));
      work.bench.controls.failNext({ environment: "dev", resource: "Work", reason: "Jammed" });
      const told = await work.apply(work2(2));
      expect(told).toContain("Work UPDATE_FAILED: Jammed");
      expect(told.at(-1)).toBe("shop UPDATE_ROLLBACK_COMPLETE");
      const drift = await work.reader.resourceDrift("shop", ["Dead", "Work"]);
      expect(drift.map(({ status }) => status)).toEqual(["IN_SYNC", "IN_SYNC"]);
    });

    test("whose rollback fails are continued", async () => {
      const work = await StackWork.stuck(open);
      const { stackId, status } = await work.stack();
      expect(status).toBe("UPDATE_ROLLBACK_FAILED");
      await work.applier({ stackId }).continueRollback("again", []);
      expect((await work.stack()).status).toBe("UPDATE_ROLLBACK_COMPLETE");
      await expect(work.applier({ stackId }).continueRollback("and again", [])).rejects.toMatchObject({
        name: "NotUpdating",
      });
    });

    test("whose rollback fails are continued without the resources that failed, and without no others", async () => {
      const work = await StackWork.stuck(open);
      const { stackId } = await work.stack();
      await expect(work.applier({ stackId }).continueRollback("wrong", ["Dead"])).rejects.toMatchObject({
        name: "RequestInvalid",
      });
      const [last] = await work.reader.stackEvents(stackId, { newest: 1 });
      await work.applier({ stackId }).continueRollback("right", ["Work"]);
      expect(await work.since(stackId, last?.eventId ?? "")).toEqual([
        "shop UPDATE_ROLLBACK_IN_PROGRESS: User Initiated",
        "Work UPDATE_COMPLETE",
        "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "shop UPDATE_ROLLBACK_COMPLETE",
      ]);
    });

    test("that run are cancelled, and roll back", async () => {
      const work = await StackWork.open(open, "demo");
      const { clock } = work.bench;
      await work.apply(work2(1));
      clock.pass(60_000);
      await work.apply(work2(2));
      clock.pass(100);
      const { stackId } = await work.stack();
      await work.applier({ stackId }).cancelUpdate("stop");
      expect((await work.stack()).status).toBe("UPDATE_ROLLBACK_IN_PROGRESS");
      clock.pass(60_000);
      expect((await work.stack()).status).toBe("UPDATE_ROLLBACK_COMPLETE");
    });

    test("that do not update cannot be cancelled", async () => {
      const work = await StackWork.open(open, "demo");
      await work.apply(work2(1));
      const { stackId } = await work.stack();
      await expect(work.applier({ stackId }).cancelUpdate("a")).rejects.toMatchObject({
        name: "NotUpdating",
      });
      work.bench.clock.pass(60_000);
      await expect(work.applier({ stackId }).cancelUpdate("b")).rejects.toMatchObject({
        name: "NotUpdating",
      });
    });

    test("that run keep a stack from being deleted, unless they create it", async () => {
      const work = await StackWork.open(open, "demo");
      await work.apply(work2(1));
      work.bench.clock.pass(60_000);
      await work.apply(work2(2));
      const { stackId } = await work.stack();
      await expect(work.applier({ stackId }).deleteStack("now")).rejects.toMatchObject({ name: "StackBusy" });
      await work.apply({ A: topic() }, { stack: "new" });
      const fresh = await work.stack("new");
      await work.applier(fresh).deleteStack("now");
      work.bench.clock.pass(60_000);
      expect((await work.stack(fresh.stackId)).status).toBe("DELETE_COMPLETE");
    });

    test("that delete a stack end with nothing, however often they are asked for", async () => {
      const work = await StackWork.open(open);
      await work.apply(work2(1));
      const { stackId } = await work.stack();
      for (const token of ["once", "once", "twice"]) await work.applier({ stackId }).deleteStack(token);
      const events = await work.reader.stackEvents(stackId);
      expect(
        events.filter(({ status }) => status === "DELETE_COMPLETE").map(({ logicalId }) => logicalId),
      ).toEqual(["Work", "Dead", "shop"]);
    });

    test("are held to the stack policy", async () => {
      const work = await StackWork.open(open);
      await work.apply(named("one"));
      const { stackId } = await work.stack();
      const statement = { Effect: "Allow", Action: "Update:Modify", Principal: "*", Resource: "*" };
      await work.applier({ stackId }).setStackPolicy(JSON.stringify({ Statement: [statement] }));
      const told = await work.apply(named("two"));
      expect(told.at(-1)).toBe("shop UPDATE_ROLLBACK_COMPLETE");
      expect(told.join("\n")).toContain("Update:Replace");
    });

    test("are held to no policy that is none, or is larger than CloudFormation takes", async () => {
      const work = await StackWork.open(open);
      await work.apply(named("one"));
      const { stackId } = await work.stack();
      const statement = (Resource: Json) => ({
        Effect: "Allow",
        Action: "Update:*",
        Principal: "*",
        Resource,
      });
      const many = Array.from({ length: 200 }, (_, i) => `LogicalResourceId/${String(i).padStart(80, "A")}`);
      for (const policy of ['{"Statement":[{}]}', "none", JSON.stringify({ Statement: [statement(many)] })])
        await expect(
          work.applier({ stackId }).setStackPolicy(policy),
          policy.slice(0, 40),
        ).rejects.toMatchObject({
          name: "RequestInvalid",
        });
    });
  });
}
