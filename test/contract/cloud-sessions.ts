import { describe, expect, test } from "vitest";
import { topic } from "../adapters/embedded/sandbox/workbench.ts";
import { type OpenBench, StackWork } from "./cloud-bench.ts";

export function sessionCases(open: OpenBench): void {
  describe("an apply session", () => {
    test("executes its change set once for each token, and not again for another", async () => {
      const work = await StackWork.open(open);
      const changeSet = await work.plan({ A: topic() });
      const applier = work.applier(changeSet);
      await applier.executeChangeSet(changeSet.arn, "once");
      const before = await work.reader.stackEvents("shop");
      await applier.executeChangeSet(changeSet.arn, "once");
      expect(await work.reader.stackEvents("shop")).toEqual(before);
      await expect(applier.executeChangeSet(changeSet.arn, "twice")).rejects.toMatchObject({
        name: "ChangeSetObsolete",
      });
    });

    test("executes no change set that another one has made worthless", async () => {
      const work = await StackWork.open(open);
      const [late, first] = [await work.plan({ A: topic() }), await work.plan({ B: topic() })];
      await work.execute(first);
      await expect(work.execute(late)).rejects.toMatchObject({ name: "ChangeSetObsolete" });
      expect((await work.reader.describeChangeSet(first.arn))?.executionStatus).toBe("EXECUTE_COMPLETE");
    });

    test("executes none that is not there", async () => {
      const work = await StackWork.open(open);
      const changeSet = await work.plan({ A: topic() });
      await work.plan({ B: topic() });
      await work.bench.cloud.planner().deleteChangeSet(changeSet.arn);
      await expect(work.execute(changeSet)).rejects.toMatchObject({ name: "ChangeSetNotFound" });
    });

    test("touches no other change set", async () => {
      const work = await StackWork.open(open);
      const [mine, other] = [await work.plan({ A: topic() }), await work.plan({ B: topic() })];
      const elsewhere = await work.plan({ A: topic() }, { stack: "second" });
      for (const { arn } of [other, elsewhere])
        await expect(work.applier(mine).executeChangeSet(arn, "t")).rejects.toMatchObject({
          name: "CloudAccessDenied",
        });
      await expect(
        work.applier({ stackId: mine.stackId }).executeChangeSet(mine.arn, "t"),
      ).rejects.toMatchObject({
        name: "CloudAccessDenied",
      });
      expect((await work.stack()).status).toBe("REVIEW_IN_PROGRESS");
    });

    test("sees its own change set", async () => {
      const work = await StackWork.open(open);
      const changeSet = await work.plan({ A: topic(), B: topic(), C: topic() });
      const applier = work.applier(changeSet);
      expect(await applier.describeChangeSet(changeSet.arn)).toEqual(changeSet);
      expect(await applier.changeSetTemplate(changeSet.arn)).toContain("AWS::SNS::Topic");
    });

    test("sees its own stack, and no other", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic() });
      await work.apply({ A: topic() }, { stack: "second" });
      const [{ stackId }, second] = [await work.stack(), await work.stack("second")];
      const change = await work.plan({ A: topic(), B: topic() }, { stack: "second" });
      const applier = work.applier({ stackId, name: "change-9" });
      expect(await applier.describeStack(stackId)).toMatchObject({ name: "shop" });
      expect(await applier.stackResources(stackId)).toHaveLength(1);
      expect(await applier.stackEvents(stackId)).not.toEqual([]);
      expect(await applier.stackTemplate(stackId)).toBeDefined();
      expect(await applier.resourceDrift(stackId, ["A"])).toMatchObject([{ status: "IN_SYNC" }]);
      for (const look of [
        () => applier.describeStack("second"),
        () => applier.describeStack(second.stackId),
        () => applier.stackResources(second.stackId),
        () => applier.stackEvents(second.stackId),
        () => applier.stackTemplate(second.stackId),
        () => applier.resourceDrift(second.stackId, ["A"]),
        () => applier.describeChangeSet(change.arn),
        () => applier.changeSetTemplate(change.arn),
      ])
        await expect(look()).rejects.toMatchObject({ name: "CloudAccessDenied" });
    });

    test("that comes late touches no other stack that bears the name by then", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic() });
      const { stackId } = await work.stack();
      await work.applier({ stackId }).deleteStack("away");
      await work.apply({ A: topic() });
      await work.applier({ stackId }).deleteStack("late");
      expect((await work.stack()).status).toBe("CREATE_COMPLETE");
    });
  });
}
