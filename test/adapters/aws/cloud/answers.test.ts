import { describe, expect, test } from "vitest";
import { StackWork } from "../../../contract/cloud-bench.ts";
import { wireAccount, wireCloud } from "../../../support/cloudformation-server/wire-cloud.ts";
import { WireError } from "../../../support/cloudformation-server/wire-error.ts";
import type { Answer } from "../../../support/cloudformation-server/xml.ts";
import { steeredClock, TARGETS, topic } from "../../embedded/sandbox/workbench.ts";

const target = TARGETS.dev;

async function bench() {
  const clock = steeredClock();
  const account = await wireAccount({ target, clock });
  return {
    account,
    work: new StackWork({ target, clock, cloud: wireCloud(account, clock), controls: account.controls }),
  };
}

const ARN = "arn:aws:cloudformation:af-south-1:536580886816:changeSet/c/1";

/** A change set as CloudFormation tells of it, with one change. */
function changeSetWith(change: Answer, more: Readonly<Record<string, Answer>> = {}): Answer {
  return {
    ChangeSetId: ARN,
    ChangeSetName: "c",
    Description: "Conductor: updates the stack",
    StackId: "arn:aws:cloudformation:af-south-1:536580886816:stack/shop/1",
    StackName: "shop",
    CreationTime: "2026-01-05T09:00:00.123Z",
    Status: "CREATE_COMPLETE",
    ExecutionStatus: "AVAILABLE",
    Changes: [{ Type: "Resource", ResourceChange: change }],
    ...more,
  };
}

describe("a change set", () => {
  const detail = (Name: string, RequiresRecreation?: string) => ({
    Target: { Attribute: "Properties", Name, RequiresRecreation },
    Evaluation: "Static",
    ChangeSource: "DirectModification",
  });
  const modify = (...Details: readonly Answer[]): Answer => ({
    Action: "Modify",
    LogicalResourceId: "A",
    PhysicalResourceId: "a-1",
    ResourceType: "AWS::SNS::Topic",
    Replacement: "False",
    Details,
  });

  test("is the same in whatever order its details come", async () => {
    const { account, work } = await bench();
    const details = [detail("B", "Never"), detail("A", "Never"), detail("B", "Always")];
    account.tell(
      "DescribeChangeSet",
      changeSetWith(modify(...details)),
      changeSetWith(modify(...details.toReversed())),
    );
    const first = await work.reader.describeChangeSet(ARN);
    expect(first?.changes[0]?.details.map(({ name }) => name)).toEqual(["A", "B", "B"]);
    expect(await work.reader.describeChangeSet(ARN)).toEqual(first);
  });

  test("whose details do not say whether they recreate may do so", async () => {
    const { account, work } = await bench();
    const tags = { Target: { Attribute: "Tags" }, Evaluation: "Static", ChangeSource: "DirectModification" };
    account.tell("DescribeChangeSet", changeSetWith(modify(detail("A"), tags)));
    const [change] = (await work.reader.describeChangeSet(ARN))?.changes ?? [];
    expect(change?.details.map(({ requiresRecreation }) => requiresRecreation)).toEqual([
      "Conditionally",
      "Never",
    ]);
  });

  test.each(["Import", "Dynamic", "SyncWithActual", "SomethingNew"])(
    "that would do %s to a resource is refused: nobody could judge it",
    async (Action) => {
      const { account, work } = await bench();
      account.tell(
        "DescribeChangeSet",
        changeSetWith({ Action, LogicalResourceId: "A", ResourceType: "AWS::SNS::Topic" }),
      );
      await expect(work.reader.describeChangeSet(ARN)).rejects.toMatchObject({
        name: "RequestInvalid",
        message: expect.stringContaining(`would do ${Action} to A`),
      });
    },
  );

  test.each(["DELETE_PENDING", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED"])(
    "in %s is no longer there",
    async (Status) => {
      const { account, work } = await bench();
      account.tell("DescribeChangeSet", changeSetWith(modify(), { Status }));
      expect(await work.reader.describeChangeSet(ARN)).toBeUndefined();
    },
  );

  test("that failed for a reason of its own keeps the reason", async () => {
    const { account, work } = await bench();
    const StatusReason = "Transform AWS::Include failed with: S3 bucket [x] does not exist.";
    account.tell(
      "DescribeChangeSet",
      changeSetWith(modify(), { Status: "FAILED", StatusReason, Changes: [] }),
    );
    expect(await work.reader.describeChangeSet(ARN)).toMatchObject({
      status: "FAILED",
      statusReason: StatusReason,
    });
  });
});

describe("drift", () => {
  const drift = (more: Readonly<Record<string, Answer>>): Answer => ({
    StackResourceDrift: {
      StackId: "arn:1",
      LogicalResourceId: "A",
      ResourceType: "AWS::SNS::Topic",
      Timestamp: "2026-01-05T09:00:00Z",
      ...more,
    },
  });

  test.each(["UNKNOWN", "UNSUPPORTED", "NOT_CHECKED", "SOMETHING_NEW"])(
    "as %s was not checked",
    async (status) => {
      const { account, work } = await bench();
      account.tell("DetectStackResourceDrift", drift({ StackResourceDriftStatus: status }));
      expect(await work.reader.resourceDrift("shop", ["A"])).toEqual([
        { logicalId: "A", status: "NOT_CHECKED", differences: [] },
      ]);
    },
  );

  test("is written the same however CloudFormation orders it", async () => {
    const { account, work } = await bench();
    const told = (first: string, ExpectedValue: string) =>
      drift({
        StackResourceDriftStatus: "MODIFIED",
        PropertyDifferences: [
          { PropertyPath: first, ExpectedValue, ActualValue: "plain text", DifferenceType: "NOT_EQUAL" },
          { PropertyPath: "/C", ExpectedValue: "3", ActualValue: "true", DifferenceType: "NOT_EQUAL" },
        ],
      });
    account.tell("DetectStackResourceDrift", told("/B", '{"b":1, "a":[2]}'), told("/D", "x"));
    expect(await work.reader.resourceDrift("shop", ["A"])).toEqual([
      {
        logicalId: "A",
        status: "MODIFIED",
        differences: [
          { path: "/B", expected: '{"a":[2],"b":1}', actual: '"plain text"' },
          { path: "/C", expected: "3", actual: "true" },
        ],
      },
    ]);
    const [second] = await work.reader.resourceDrift("shop", ["A"]);
    expect(second?.differences.map(({ path }) => path)).toEqual(["/C", "/D"]);
  });

  test("that CloudFormation will not look for was not checked, and that it cannot yet look for is told", async () => {
    const { account, work } = await bench();
    account.tell(
      "DetectStackResourceDrift",
      new WireError("ValidationError", "Resource type AWS::X::Y is not supported for drift detection"),
      new WireError("ValidationError", "Drift detection is already in progress for stack shop"),
    );
    expect(await work.reader.resourceDrift("shop", ["A"])).toMatchObject([{ status: "NOT_CHECKED" }]);
    await expect(work.reader.resourceDrift("shop", ["A"])).rejects.toMatchObject({ name: "StackBusy" });
  });
});

test("states of a stack that only other people's operations lead to are passed on as they are", async () => {
  const { account, work } = await bench();
  for (const StackStatus of [
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_FAILED",
    "ROLLBACK_FAILED",
    "UPDATE_FAILED",
  ]) {
    const told = { StackId: "arn:1", StackName: "shop", StackStatus, CreationTime: "2026-01-05T09:00:00Z" };
    account.tell("DescribeStacks", { Stacks: [told] });
    expect((await work.stack()).status).toBe(StackStatus);
  }
});

test("a stack that a change set has just made has an instant of its last update", async () => {
  const { work } = await bench();
  await work.apply({ A: topic() });
  const { createdAt, lastUpdatedAt = "" } = await work.stack();
  expect(lastUpdatedAt > createdAt).toBe(true);
});
