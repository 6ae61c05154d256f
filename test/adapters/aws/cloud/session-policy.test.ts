import * as sdk from "@aws-sdk/client-cloudformation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sessionPolicy } from "../../../../adapters/aws/cloud/session-policy.ts";
import { type AccessRequest, allows } from "../../../support/iam/evaluate.ts";

const target = { account: "536580886816", region: "af-south-1" };
const here = "arn:aws:cloudformation:af-south-1:536580886816";
const stack = `${here}:stack/shop/0f3a-11ee`;
const changeSetName = "conductor-abc-12";
const changeSet = `${here}:changeSet/${changeSetName}/9b1d-22ff`;

const KEY = "cloudformation:ChangeSetName";

/** Every action CloudFormation has, as its SDK knows them. */
const ACTIONS = Object.keys(sdk)
  .filter((name) => name.endsWith("Command") && !name.startsWith("$"))
  .map((name) => name.slice(0, -"Command".length));

const ON_STACK = [
  "CancelUpdateStack",
  "ContinueUpdateRollback",
  "DeleteStack",
  "DescribeStackEvents",
  "DescribeStacks",
  "GetTemplate",
  "ListStackResources",
  "SetStackPolicy",
];
const ON_CHANGE_SET = ["DescribeChangeSet", "ExecuteChangeSet"];

const policy = sessionPolicy(target, { stack, changeSetName });

function allowedActions(request: Omit<AccessRequest, "action">, given = policy): string[] {
  return ACTIONS.filter((action) =>
    allows(given, { ...request, action: `cloudformation:${action}` }),
  ).toSorted();
}

describe("the policy of an apply session", () => {
  test("knows all actions of CloudFormation", () => {
    expect(ACTIONS.length).toBeGreaterThan(80);
    expect(ACTIONS).toEqual(
      expect.arrayContaining([...ON_STACK, ...ON_CHANGE_SET, "CreateStack", "UpdateStack"]),
    );
  });

  test("allows on its stack what leads an operation through, and nothing else", () => {
    expect(allowedActions({ resource: stack })).toEqual(ON_STACK);
  });

  test.each([
    ["its name", changeSetName],
    ["its ARN", changeSet],
  ])("allows its change set to be executed, named by %s", (_how, value) => {
    const all = [...ON_STACK, ...ON_CHANGE_SET].toSorted();
    expect(allowedActions({ resource: stack, context: { [KEY]: value } })).toEqual(all);
  });

  test("allows no other change set of its stack", () => {
    for (const value of ["conductor-abc-123", "conductor-abc-1", "other", `${here}:changeSet/other/9b1d`])
      expect(allowedActions({ resource: stack, context: { [KEY]: value } })).toEqual(ON_STACK);
  });

  test("allows nothing on any other stack", () => {
    for (const resource of [
      `${here}:stack/shop/1111-another-of-that-name`,
      `${here}:stack/shop/*`,
      `${here}:stack/shop2/0f3a-11ee`,
      `${here}:stack/agent-mesh-dev-small/0f3a-11ee`,
      stack.replace("536580886816", "093646564004"),
      stack.replace("af-south-1", "eu-west-1"),
      "*",
    ])
      for (const context of [{}, { [KEY]: changeSetName }])
        expect(allowedActions({ resource, context })).toEqual([]);
  });

  test("allows nothing of any other service, and passes no role", () => {
    for (const action of [
      "iam:PassRole",
      "sts:AssumeRole",
      "s3:GetObject",
      "dynamodb:DeleteTable",
      "ec2:RunInstances",
    ])
      for (const resource of ["*", stack, "arn:aws:iam::536580886816:role/agent-mesh-dev-cfn"])
        expect(allows(policy, { action, resource })).toBe(false);
  });

  test("without a change set executes none", () => {
    const without = sessionPolicy(target, { stack });
    expect(allowedActions({ resource: stack, context: { [KEY]: changeSetName } }, without)).toEqual(ON_STACK);
    expect(allowedActions({ resource: changeSet, context: { [KEY]: changeSetName } }, without)).toEqual([]);
  });

  test("by a stack's name reaches the stacks of that name, and no other", () => {
    const byName = sessionPolicy(target, { stack: "shop", changeSetName });
    expect(allowedActions({ resource: stack }, byName)).toEqual(ON_STACK);
    expect(allowedActions({ resource: `${here}:stack/shop/*` }, byName)).toEqual(ON_STACK);
    for (const other of ["shop2", "sho", "xshop"])
      expect(allowedActions({ resource: `${here}:stack/${other}/0f3a` }, byName)).toEqual([]);
  });

  test("is pinned exactly, whatever the names", () => {
    const name = fc.stringMatching(/^[a-zA-Z][-a-zA-Z0-9]{0,30}$/);
    fc.assert(
      fc.property(name, name, (mine, other) => {
        fc.pre(mine !== other);
        const given = sessionPolicy(target, { stack: mine, changeSetName: mine });
        const request = { action: "cloudformation:ExecuteChangeSet", context: { [KEY]: mine } };
        expect(allows(given, { ...request, resource: `${here}:stack/${mine}/0f3a` })).toBe(true);
        expect(allows(given, { ...request, resource: `${here}:stack/${other}/0f3a` })).toBe(false);
        const elsewhere = { ...request, context: { [KEY]: other } };
        expect(allows(given, { ...elsewhere, resource: `${here}:stack/${mine}/0f3a` })).toBe(false);
      }),
    );
  });

  test("is never made of a name that IAM would read as a pattern", () => {
    for (const wrong of [
      "*",
      "shop*",
      "sho?",
      ["$", "{aws:username}"].join(""),
      "",
      "a/*",
      `${here}:stack/*`,
      `${here}:stack/shop/*`,
      'x"',
    ])
      expect(() => sessionPolicy(target, { stack: wrong }), wrong).toThrow(
        expect.objectContaining({ name: "RequestInvalid" }),
      );
    for (const wrong of ["*", "conductor-*", "a/b", changeSet])
      expect(() => sessionPolicy(target, { stack, changeSetName: wrong }), wrong).toThrow(
        expect.objectContaining({ name: "RequestInvalid" }),
      );
  });

  test("fits into the 2,048 characters that STS takes, with the longest names there are", () => {
    const longest = "a".repeat(128);
    const partition = "aws-us-gov";
    const id = `arn:${partition}:cloudformation:us-gov-west-1:536580886816:stack/${longest}/${"0".repeat(36)}`;
    const where = { account: "536580886816", region: "us-gov-west-1" };
    const made = sessionPolicy(where, { stack: id, changeSetName: longest }, partition);
    expect(JSON.stringify(made).length).toBeLessThanOrEqual(2_048);
  });
});
