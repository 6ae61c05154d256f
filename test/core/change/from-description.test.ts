import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deletionOf } from "../../../core/change/deletion.ts";
import { changesOf } from "../../../core/change/from-description.ts";
import { holdsState } from "../../../core/change/stateful.ts";
import type { ResourceChange } from "../../../core/cloud/change-set.ts";
import { digestOf } from "../../../core/digest.ts";

function described(changes: Partial<ResourceChange> = {}): ResourceChange {
  return {
    action: "Modify",
    logicalId: "Table",
    type: "AWS::DynamoDB::Table",
    replacement: "False",
    details: [],
    ...changes,
  };
}
const actionOf = (changes: Partial<ResourceChange>) => changesOf([described(changes)])[0]!.action;
const fateOf = (policyAction: ResourceChange["policyAction"]) =>
  changesOf([described(policyAction ? { policyAction } : {})])[0]!.fate;

describe("a change that CloudFormation describes", () => {
  test.each([
    [{ action: "Add" }, "add"],
    [{ action: "Remove" }, "remove"],
    [{ replacement: "True" }, "replace"],
    [{ replacement: "False" }, "modify"],
    [{ replacement: "Conditional" }, "replace"],
    [{ replacement: "Conditional", type: "AWS::SNS::Topic" }, "modify"],
  ] as const)("%j counts as %s", (changes, action) => {
    expect(actionOf(changes)).toBe(action);
  });

  test.each([
    [undefined, undefined],
    ["Delete", "delete"],
    ["Retain", "retain"],
    ["Snapshot", "snapshot"],
    ["ReplaceAndDelete", "delete"],
    ["ReplaceAndRetain", "retain"],
    ["ReplaceAndSnapshot", "snapshot"],
  ] as const)("with the policy action %s leaves the old one to %s", (policyAction, fate) => {
    expect(fateOf(policyAction)).toBe(fate);
  });

  test("says the same however its parts are ordered", () => {
    const detail = (name: string) =>
      ({
        attribute: "Properties",
        name,
        requiresRecreation: "Never",
        evaluation: "Static",
        changeSource: "DirectModification",
      }) as const;
    const all = ["A", "B", "C"].map((logicalId) =>
      described({ logicalId, details: ["x", "y", "z"].map(detail) }),
    );
    const order = fc.shuffledSubarray(all, { minLength: 3 });
    fc.assert(
      fc.property(order, fc.boolean(), (shuffled, reversed) => {
        const turned = shuffled.map((one) => ({
          ...one,
          details: reversed ? one.details.toReversed() : one.details,
        }));
        expect(digestOf(changesOf(turned))).toBe(digestOf(changesOf(all)));
      }),
    );
  });
});

test("what a deletion of the whole stack does follows from each resource's own policy", () => {
  const resource = (logicalId: string, type: string) =>
    ({ logicalId, physicalId: `p-${logicalId}`, type, status: "CREATE_COMPLETE" }) as const;
  const template = {
    Resources: {
      Kept: { Type: "AWS::S3::Bucket", DeletionPolicy: "Retain" },
      Later: { Type: "AWS::S3::Bucket", DeletionPolicy: "RetainExceptOnCreate" },
      Copied: { Type: "AWS::RDS::DBInstance", DeletionPolicy: "Snapshot" },
      Gone: { Type: "AWS::SQS::Queue" },
    },
  };
  const deletion = deletionOf(template, [
    resource("Kept", "AWS::S3::Bucket"),
    resource("Later", "AWS::S3::Bucket"),
    resource("Copied", "AWS::RDS::DBInstance"),
    resource("Gone", "AWS::SQS::Queue"),
    resource("constructor", "AWS::SQS::Queue"),
  ]);
  expect(deletion.map(({ fate }) => fate)).toEqual(["retain", "retain", "snapshot", "delete", "delete"]);
  expect(deletion.every(({ action, holdsState: state }) => action === "remove" && state)).toBe(true);
});

test("data is held where a deletion would lose it", () => {
  for (const type of ["AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Cognito::UserPool"]) {
    expect(holdsState(type)).toBe(true);
  }
  for (const type of ["AWS::Lambda::Function", "AWS::SNS::Topic", "", "constructor"])
    expect(holdsState(type)).toBe(false);
});
