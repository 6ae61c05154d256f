import { describe, expect, test } from "vitest";
import { queue, table, topic } from "../adapters/embedded/sandbox/workbench.ts";
import { type OpenBench, StackWork } from "./cloud-bench.ts";

const keyedBy = (name: string) =>
  table({
    KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: name, AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });

export function changeSetCases(open: OpenBench): void {
  describe("change sets", () => {
    test("create a stack that does not stand yet, which waits for them under review", async () => {
      const work = await StackWork.open(open);
      const changeSet = await work.plan({ B: topic(), A: topic(), C: topic() }, { tags: { team: "shop" } });
      expect(changeSet).toMatchObject({
        name: "change-1",
        stackName: "shop",
        type: "CREATE",
        status: "CREATE_COMPLETE",
        executionStatus: "AVAILABLE",
        tags: { team: "shop" },
        changes: ["A", "B", "C"].map((logicalId) => ({
          action: "Add",
          logicalId,
          type: "AWS::SNS::Topic",
          details: [],
        })),
      });
      expect(await work.stack()).toMatchObject({ stackId: changeSet.stackId, status: "REVIEW_IN_PROGRESS" });
      expect((await work.plan({ A: topic() })).type).toBe("CREATE");
    });

    test("are described as they were made", async () => {
      const work = await StackWork.open(open);
      const made = await work.plan({ A: topic(), B: topic(), C: topic() });
      expect(await work.reader.describeChangeSet(made.arn)).toEqual(made);
      await work.execute(made);
      const update = await work.plan({ A: topic({ DisplayName: "a" }), D: topic() });
      expect(update.type).toBe("UPDATE");
      expect(await work.reader.describeChangeSet(update.arn)).toEqual(update);
    });

    test("say of each resource what becomes of it, and why", async () => {
      const work = await StackWork.open(open);
      const jobs = (seconds: number) => queue({ VisibilityTimeout: seconds });
      await work.apply({ Orders: keyedBy("id"), Jobs: jobs(1), News: topic() });
      const physical = Object.fromEntries(
        (await work.reader.stackResources("shop")).map(({ logicalId, physicalId }) => [
          logicalId,
          physicalId,
        ]),
      );
      const { changes } = await work.plan({ Orders: keyedBy("customer"), Jobs: jobs(2), Log: topic() });
      expect(changes).toEqual([
        {
          action: "Modify",
          logicalId: "Jobs",
          physicalId: physical["Jobs"],
          type: "AWS::SQS::Queue",
          replacement: "False",
          details: [
            {
              attribute: "Properties",
              name: "VisibilityTimeout",
              requiresRecreation: "Never",
              evaluation: "Static",
              changeSource: "DirectModification",
            },
          ],
        },
        { action: "Add", logicalId: "Log", type: "AWS::SNS::Topic", details: [] },
        {
          action: "Remove",
          logicalId: "News",
          physicalId: physical["News"],
          type: "AWS::SNS::Topic",
          policyAction: "Delete",
          details: [],
        },
        expect.objectContaining({
          action: "Modify",
          logicalId: "Orders",
          physicalId: physical["Orders"],
          replacement: "True",
          policyAction: "ReplaceAndDelete",
        }),
      ]);
    });

    test("name what caused a change that nobody wrote", async () => {
      const work = await StackWork.open(open);
      const template = (size: string) => ({
        Parameters: { Size: { Type: "String" } },
        Resources: { A: queue({ VisibilityTimeout: { Ref: "Size" } }) },
        Outputs: { Size: { Value: size } },
      });
      await work.apply(template("x"), { parameters: { Size: "1" } });
      const { changes } = await work.plan(template("x"), { parameters: { Size: "2" } });
      expect(changes[0]?.details).toContainEqual(
        expect.objectContaining({ changeSource: "ParameterReference", causingEntity: "Size" }),
      );
    });

    test("that would change nothing are failed, and say so", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic() });
      const nothing = await work.plan({ A: topic() });
      expect(nothing).toMatchObject({
        status: "FAILED",
        statusReason: expect.stringContaining("didn't contain changes"),
        executionStatus: "UNAVAILABLE",
        changes: [],
      });
      await expect(work.execute(nothing)).rejects.toMatchObject({ name: "RequestInvalid" });
    });

    test("asked for again under the same token are the same one", async () => {
      const work = await StackWork.open(open);
      const planner = work.bench.cloud.planner();
      const request = work.request({ A: topic() });
      const made = await planner.createChangeSet(request);
      expect(await planner.createChangeSet(request)).toEqual(made);
      const other = work.request({ B: topic() }).template;
      for (const changed of [{ template: other }, { clientToken: "another" }])
        await expect(planner.createChangeSet({ ...request, ...changed })).rejects.toMatchObject({
          name: "ChangeSetExists",
        });
    });

    test("are not made of a template CloudFormation would not take", async () => {
      const work = await StackWork.open(open);
      for (const template of [
        { Resources: {} },
        { A: topic({ DisplayName: { Ref: "Nothing" } }) },
        { Parameters: { Size: { Type: "String" } }, Resources: { A: topic() } },
      ])
        await expect(work.plan(template)).rejects.toMatchObject({ name: "TemplateInvalid" });
      expect(await work.reader.describeStack("shop")).toBeUndefined();
    });

    test("take a template of up to a megabyte", async () => {
      const work = await StackWork.open(open);
      const request = work.request({ Metadata: { Notes: "x".repeat(60_000) }, Resources: { A: topic() } });
      const changeSet = await work.bench.cloud.planner().createChangeSet(request);
      expect(await work.reader.changeSetTemplate(changeSet.arn)).toBe(request.template);
    });

    test("cannot be made while CloudFormation works on the stack", async () => {
      const work = await StackWork.open(open, "demo");
      await work.apply({ A: topic() });
      await expect(work.plan({ A: topic(), B: topic() })).rejects.toMatchObject({ name: "StackBusy" });
    });

    test("cannot be made of a stack that is stuck", async () => {
      const work = await StackWork.stuck(open);
      await expect(work.plan({ A: topic() })).rejects.toMatchObject({ name: "StackStuck" });
      work.bench.controls.failNext({ environment: "dev", stack: "new", resource: "A" });
      await work.apply({ A: topic() }, { stack: "new" });
      expect((await work.stack("new")).status).toBe("ROLLBACK_COMPLETE");
      await expect(work.plan({ A: topic() }, { stack: "new" })).rejects.toMatchObject({ name: "StackStuck" });
    });

    test("once deleted are gone, and a stack that stood for one alone takes another", async () => {
      const work = await StackWork.open(open);
      const { arn } = await work.plan({ A: topic() });
      const planner = work.bench.cloud.planner();
      await planner.deleteChangeSet(arn);
      expect(await planner.describeChangeSet(arn)).toBeUndefined();
      expect(await planner.changeSetTemplate(arn)).toBeUndefined();
      await expect(planner.deleteChangeSet(arn)).resolves.toBeUndefined();
      expect(await work.plan({ B: topic() })).toMatchObject({ type: "CREATE", executionStatus: "AVAILABLE" });
    });

    test("cannot be deleted while they are executed", async () => {
      const work = await StackWork.open(open, "demo");
      const changeSet = await work.plan({ A: topic() });
      await work.execute(changeSet);
      await expect(work.bench.cloud.planner().deleteChangeSet(changeSet.arn)).rejects.toMatchObject({
        name: "StackBusy",
      });
    });
  });
}
