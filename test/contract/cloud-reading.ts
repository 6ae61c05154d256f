import { describe, expect, test } from "vitest";
import { bucket, queue, table, topic } from "../adapters/embedded/sandbox/workbench.ts";
import { type OpenBench, StackWork } from "./cloud-bench.ts";

export function readingCases(open: OpenBench): void {
  describe("reading", () => {
    test("tells in which account we are", async () => {
      const { reader, bench } = await StackWork.open(open);
      const { account, arn } = await reader.callerIdentity();
      expect(account).toBe(bench.target.account);
      expect(arn).toContain(`:${account}:`);
    });

    test("tells of another account when the credentials are of another", async () => {
      const { reader, bench } = await StackWork.open(open);
      bench.controls.setAccount({ environment: "dev", account: "111111111111" });
      expect((await reader.callerIdentity()).account).toBe("111111111111");
    });

    test("finds a stack by its name and by its id, and none where none is", async () => {
      const work = await StackWork.open(open);
      expect(await work.reader.describeStack("shop")).toBeUndefined();
      await work.apply({ A: topic() }, { tags: { team: "shop", cost: "1" } });
      const stack = await work.stack();
      expect(stack).toMatchObject({
        name: "shop",
        status: "CREATE_COMPLETE",
        tags: { team: "shop", cost: "1" },
      });
      expect(await work.reader.describeStack(stack.stackId)).toEqual(stack);
    });

    test("finds a deleted stack by its id only", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic() });
      const { stackId } = await work.stack();
      await work.applier({ stackId }).deleteStack("away");
      expect(await work.reader.describeStack("shop")).toBeUndefined();
      expect(await work.reader.describeStack(stackId)).toMatchObject({ stackId, status: "DELETE_COMPLETE" });
    });

    test("gives a stack's parameters with their defaults and its outputs, and no value of a NoEcho parameter", async () => {
      const work = await StackWork.open(open);
      const template = {
        Parameters: {
          Label: { Type: "String" },
          Size: { Type: "Number", Default: 3 },
          Secret: { Type: "String", NoEcho: true },
        },
        Resources: { A: topic({ DisplayName: { Ref: "Label" } }) },
        Outputs: { Name: { Value: { Ref: "Label" } } },
      };
      const parameters = { Label: 'a & <b> "c"', Secret: "s3cret" };
      const changeSet = await work.plan(template, { parameters });
      expect(changeSet.parameters).toMatchObject({ Label: parameters.Label, Secret: "****" });
      await work.execute(changeSet);
      expect(await work.stack()).toMatchObject({
        parameters: { Label: parameters.Label, Size: "3", Secret: "****" },
        outputs: { Name: parameters.Label },
      });
    });

    test("gives the template a stack runs as it was submitted, and none of a stack that was never made", async () => {
      const work = await StackWork.open(open);
      const request = work.request({ A: topic() });
      const template = `${request.template}\n\n`;
      const changeSet = await work.bench.cloud.planner().createChangeSet({ ...request, template });
      expect(await work.reader.stackTemplate("shop")).toBeUndefined();
      expect(await work.reader.stackTemplate("nowhere")).toBeUndefined();
      expect(await work.reader.changeSetTemplate(changeSet.arn)).toBe(template);
      await work.execute(changeSet);
      expect(await work.reader.stackTemplate("shop")).toBe(template);
    });

    test("lists every resource in the order of logical ids", async () => {
      const work = await StackWork.open(open);
      const ids = ["E", "B", "D", "A", "C"];
      await work.apply(Object.fromEntries(ids.map((id) => [id, topic()])));
      const resources = await work.reader.stackResources("shop");
      expect(resources.map(({ logicalId }) => logicalId)).toEqual(ids.toSorted());
      expect(resources[0]).toMatchObject({
        type: "AWS::SNS::Topic",
        status: "CREATE_COMPLETE",
        physicalId: expect.stringContaining("arn:aws:sns:"),
      });
    });

    test("tells every event, oldest first", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic(), B: topic() });
      const events = await work.reader.stackEvents("shop");
      expect(events.length).toBeGreaterThan(6);
      expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
      expect(events[0]).toMatchObject({ logicalId: "shop", status: "REVIEW_IN_PROGRESS" });
      expect(events.at(-1)).toMatchObject({ status: "CREATE_COMPLETE", physicalId: events[0]?.stackId });
    });

    test("tells the events after one, and the newest of them", async () => {
      const work = await StackWork.open(open);
      await work.apply({ A: topic(), B: topic() });
      const all = await work.reader.stackEvents("shop");
      const after = all[3]?.eventId ?? "";
      expect(await work.reader.stackEvents("shop", { after })).toEqual(all.slice(4));
      expect(await work.reader.stackEvents("shop", { after, newest: 3 })).toEqual(all.slice(-3));
      expect(await work.reader.stackEvents("shop", { newest: 1 })).toEqual(all.slice(-1));
      expect(await work.reader.stackEvents("shop", { after: all.at(-1)?.eventId ?? "" })).toEqual([]);
    });

    test("waits for the next event as long as it is told to, and no longer", async () => {
      const work = await StackWork.open(open, "demo");
      const changeSet = await work.plan({ A: topic() });
      const [last] = await work.reader.stackEvents("shop", { newest: 1 });
      const { clock } = work.bench;
      const before = clock.at;
      const after = last?.eventId ?? "";
      expect(await work.reader.stackEvents("shop", { after, patienceMs: 7_300 })).toEqual([]);
      expect(clock.at - before).toBe(7_300);
      await work.execute(changeSet);
      const begun = await work.reader.stackEvents("shop", { after });
      const waited = await work.reader.stackEvents("shop", {
        after: begun.at(-1)?.eventId ?? "",
        patienceMs: 60_000,
      });
      expect(waited[0]).toMatchObject({ logicalId: "A" });
    });

    test("knows no events and no resources of a stack that is not there", async () => {
      const { reader } = await StackWork.open(open);
      await expect(reader.stackEvents("nowhere")).rejects.toMatchObject({ name: "StackNotFound" });
      await expect(reader.stackResources("nowhere")).rejects.toMatchObject({ name: "StackNotFound" });
      await expect(reader.resourceDrift("nowhere", ["A"])).rejects.toMatchObject({ name: "StackNotFound" });
    });

    test("compares each named resource with its template", async () => {
      const work = await StackWork.open(open);
      const resources = {
        Same: queue({ VisibilityTimeout: 10 }),
        Other: queue({ VisibilityTimeout: 10, QueueName: "work" }),
        Gone: topic(),
        Custom: { Type: "Custom::Thing", Properties: {} },
      };
      await work.apply(resources);
      const { controls } = work.bench;
      const one = { environment: "dev", stack: "shop" } as const;
      controls.drift({ ...one, resource: "Other", property: "VisibilityTimeout", value: 90 });
      controls.drift({ ...one, resource: "Other", property: "QueueName", value: "other" });
      controls.breakResource({ ...one, resource: "Gone", how: "resource-deleted" });
      const ids = ["Same", "Other", "Gone", "Custom", "Nothing"];
      expect(await work.reader.resourceDrift("shop", ids)).toEqual([
        { logicalId: "Same", status: "IN_SYNC", differences: [] },
        {
          logicalId: "Other",
          status: "MODIFIED",
          differences: expect.arrayContaining([
            { path: "/QueueName", expected: '"work"', actual: '"other"' },
            { path: "/VisibilityTimeout", expected: "10", actual: "90" },
          ]) as unknown,
        },
        { logicalId: "Gone", status: "DELETED", differences: [] },
        { logicalId: "Custom", status: "NOT_CHECKED", differences: [] },
        { logicalId: "Nothing", status: "NOT_CHECKED", differences: [] },
      ]);
    });

    test.each(["AWS::DynamoDB::Table", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"])(
      "finds the snapshots of a %s, newest first",
      async (type) => {
        const work = await StackWork.open(open);
        const properties = {
          StorageEncrypted: true,
          Engine: "postgres",
          MasterUsername: "u",
          DBInstanceClass: "db.t4g.micro",
        };
        await work.apply({ Data: type.includes("RDS") ? { Type: type, Properties: properties } : table() });
        const { physicalId = "" } = (await work.reader.stackResources("shop"))[0] ?? {};
        expect(await work.reader.snapshots({ type, physicalId })).toEqual([]);
        const taken: string[] = [];
        for (let i = 0; i < 3; i++) {
          const of = { environment: "dev", stack: "shop", resource: "Data" } as const;
          taken.unshift(work.bench.controls.takeSnapshot(of).snapshotId);
          work.bench.clock.pass(60_000);
        }
        const found = await work.reader.snapshots({ type, physicalId });
        expect(found.map(({ snapshotId }) => snapshotId)).toEqual(taken);
        expect(found[0]).toMatchObject({ of: physicalId, status: "available", encrypted: true });
      },
    );

    test("knows no snapshots of what cannot have any", async () => {
      const work = await StackWork.open(open);
      await work.apply({ Files: bucket() });
      const { physicalId = "" } = (await work.reader.stackResources("shop"))[0] ?? {};
      expect(await work.reader.snapshots({ type: "AWS::S3::Bucket", physicalId })).toEqual([]);
    });
  });
}
