// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import { describe, expect, test } from "vitest";
import type { ResourceChange } from "../../../core/artifacts/change-set.ts";
import { touchesConductor } from "../../../core/policy/own-resources.ts";
import type { Subject } from "../../../core/policy/subject.ts";
import type { Json, Template } from "../../../core/template/template.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");

function judge(changes: Partial<Subject>) {
  return touchesConductor({
    environment: "dev",
    stack: "shop",
    template: { Resources: {} },
    now: NOW,
    ...changes,
  });
}

const PARAMETERS = {
  Middle: { Type: "String", Default: "mesh" },
  Given: { Type: "String" },
  Open: { Type: "String" },
  Elsewhere: { Type: "String", Default: "mesh-dev" },
};
const CONDITIONS = { Is: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "x"] } };

const holding = (value: Json, Type = "AWS::IAM::Policy"): Template => ({
  Resources: { Thing: { Type, Properties: { Deep: [{ Value: value }] } } },
});

describe("Conductor's own", () => {
  test.each(["agent-mesh-dev-small", "agent-mesh-", "Agent-Mesh-prod-large", "AGENT-MESH-x"])(
    "stack %s may not be changed",
    (stack) => {
      expect(judge({ stack })).toMatchObject([{ law: 12, severity: "fatal", resource: stack }]);
    },
  );

  test.each<[string, Json]>([
    ["a name", "agent-mesh-dev-table"],
    ["a name in capitals", "AGENT-MESH-DEV-TABLE"],
    ["an ARN", "arn:aws:iam::536580886816:role/agent-mesh-dev-apply"],
    [
      "a policy's statement",
      { Statement: [{ Effect: "Allow", Resource: ["*", "arn:aws:s3:::agent-mesh-dev/*"] }] },
    ],
    ["the name of a member", { "agent-mesh-dev": 1 }],
    ["an export of ours", { "Fn::ImportValue": "agent-mesh-dev-VpcId" }],
    ["a name with variables", { "Fn::Sub": "arn:${AWS::Partition}:s3:::agent-mesh-${Stage}" }],
    ["a name put together from parts", { "Fn::Join": ["-", ["agent", "mesh", "dev"]] }],
    ["a name that variables of its own complete", { "Fn::Sub": ["${a}-mesh-dev", { a: "agent" }] }],
    ["a string of JSON", JSON.stringify({ Resource: "agent-mesh-dev" })],
    ["a pattern for roles", { Resource: "arn:aws:iam::1:role/agent*" }],
    ["a pattern of one letter", { Resource: ["arn:aws:iam::1:role/a*"] }],
    ["a pattern with a letter left open", { Resource: "arn:aws:dynamodb:*:1:table/agent?mesh*" }],
    ["a pattern that begins with a star", { Resource: "arn:aws:sqs:*:1:*mesh-dev*" }],
    ["a pattern with its first letters left open", { Resource: "arn:aws:s3:::?????-mesh-dev/*" }],
    ["a pattern in a string of JSON", JSON.stringify({ Resource: "arn:aws:iam::1:role/agent-*" })],
    ["a pattern in the account", { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/agent*" }],
    [
      "a name that a parameter's default completes",
      { "Fn::Join": ["-", ["agent", { Ref: "Middle" }, "dev"]] },
    ],
    ["a name that a parameter's value completes", { "Fn::Join": ["-", ["agent", { Ref: "Given" }, "dev"]] }],
    ["a name that a parameter may complete", { "Fn::Sub": "agent-${Open}-dev" }],
    ["a name that another resource may complete", { "Fn::Sub": "agent-${Thing.Name}" }],
    ["a name taken from a list", { "Fn::Join": ["", [{ "Fn::Select": [1, ["x", "agent-"]] }, "mesh-dev"]] }],
    ["a name split from a text", { "Fn::Join": ["-", { "Fn::Split": ["|", "agent|mesh|dev"] }] }],
    [
      "a name that a condition completes",
      { "Fn::Join": ["", ["agent-", { "Fn::If": ["Is", "mesh-dev", "x"] }]] },
    ],
    [
      "a name that a condition completes when it does not hold",
      { "Fn::Join": ["", ["agent-", { "Fn::If": ["Is", "x", "mesh-dev"] }]] },
    ],
    ["a boundary", { PermissionsBoundary: "arn:aws:iam::aws:policy/agent-mesh-boundary" }],
  ])("resources may not be mentioned by %s", (_what, value) => {
    const template = { ...holding(value), Parameters: PARAMETERS, Conditions: CONDITIONS };
    const parameters = { Given: "mesh" };
    expect(judge({ template, parameters })).toMatchObject([{ law: 12, resource: "Thing" }]);
  });

  test.each<[string, Json]>([
    ["a pattern for everything", { Resource: ["*", "arn:aws:s3:::*", "arn:aws:iam::1:role/*"] }],
    ["a pattern for others", { Resource: ["arn:aws:iam::1:role/app-*", "arn:aws:iam::1:role/agents-*"] }],
    ["a pattern for an ending", { Resource: ["arn:aws:s3:::*-logs", "arn:aws:iam::1:role/*-agent"] }],
    ["actions by pattern", { Action: ["autoscaling:*", "iam:A*", "s3:Get*"] }],
    ["a bucket's keys by pattern", { Resource: "arn:aws:s3:::shop/a*" }],
    ["an API's paths by pattern", { Resource: "arn:aws:execute-api:*:1:abc/*/GET/a*" }],
    ["a pattern that is no ARN", "a*.txt agent*"],
    ["a name with the place in it", { "Fn::Sub": "agent-${AWS::Region}-${AWS::AccountId}" }],
    ["a name that another resource begins", { "Fn::Sub": "${Thing}-dev" }],
    ["a name that a parameter's value completes otherwise", { "Fn::Sub": "agent-${Elsewhere}" }],
  ])("resources are not mentioned by %s", (_what, value) => {
    const template = { ...holding(value), Parameters: PARAMETERS, Conditions: CONDITIONS };
    expect(judge({ template, parameters: { Elsewhere: "shop" } })).toEqual([]);
  });

  test.each<[string, Omit<Template, "Resources">, string]>([
    ["an output", { Outputs: { Role: { Value: "agent-mesh-dev-apply" } } }, "Role"],
    ["a mapping", { Mappings: { Names: { dev: { table: "agent-mesh-dev" } } } }, "Names"],
    ["a default", { Parameters: { Table: { Type: "String", Default: "agent-mesh-dev" } } }, "Table"],
    ["a condition", { Conditions: { Is: { "Fn::Equals": ["agent-mesh-dev", { Ref: "X" }] } } }, "Is"],
    ["the description", { Description: "what agent-mesh-dev needs" }, "Description"],
  ])("resources may not be mentioned in %s", (_where, section, resource) => {
    expect(judge({ template: { Resources: {}, ...section } })).toMatchObject([{ law: 12, resource }]);
  });

  test("may not be let go of either: what the stack mentions now is touched when it goes away or changes", () => {
    const before = holding({ Roles: ["agent-mesh-dev-apply"] });
    expect(judge({ before })).toMatchObject([{ law: 12, resource: "Thing" }]);
    expect(judge({ before, template: holding({ Roles: ["another"] }) })).toMatchObject([{ law: 12 }]);
  });

  test("physical resources may not be touched, whatever the template calls them", () => {
    const change: ResourceChange = {
      action: "modify",
      logicalId: "Thing",
      type: "X",
      holdsState: true,
      changed: [],
    };
    for (const physicalId of ["agent-mesh-dev-artifacts", "arn:aws:sns:af-south-1:1:agent-mesh-dev"]) {
      expect(judge({ changes: [{ ...change, physicalId }] })).toMatchObject([{ law: 12, resource: "Thing" }]);
    }
    expect(judge({ changes: [{ ...change, physicalId: "shop-agent-mesh-dev-Thing-1" }] })).toEqual([]);
  });

  test("names are told apart from others", () => {
    for (const name of ["agent-meshwork", "my-agents", "mesh-agent-", "agentmesh-dev"]) {
      expect(judge({ stack: name, template: holding(name) })).toEqual([]);
    }
    expect(judge({ stack: "shop-agent-mesh-dev" })).toEqual([]);
  });
});

describe("the boundary that roles must have", () => {
  const bounded = (PermissionsBoundary: string, Type = "AWS::IAM::Role"): Template => ({
    Resources: { Role: { Type, Properties: { PermissionsBoundary } } },
  });
  const own = "arn:aws:iam::536580886816:policy/agent-mesh-dev-boundary";

  test("is no change of Conductor, before or after", () => {
    expect(judge({ template: bounded(own), before: bounded(own) })).toEqual([]);
  });

  test.each([
    ["another environment's", bounded(own.replace("dev", "prod"))],
    ["another policy of ours", bounded(own.replace("boundary", "broker"))],
    ["something behind it", bounded(`${own}-x`)],
    ["what is no role's", bounded(own, "AWS::IAM::User")],
    [
      "one put together",
      {
        Resources: {
          Role: { Type: "AWS::IAM::Role", Properties: { PermissionsBoundary: { "Fn::Sub": own } } },
        },
      },
    ],
  ])("is one exactly: %s is refused", (_, template) => {
    expect(judge({ template })).toMatchObject([{ law: 12, resource: "Role" }]);
  });

  test("excuses nothing else of the role", () => {
    const Properties = { PermissionsBoundary: own, RoleName: "agent-mesh-dev-apply" };
    const template: Template = { Resources: { Role: { Type: "AWS::IAM::Role", Properties } } };
    expect(judge({ template })).toMatchObject([{ law: 12, resource: "Role" }]);
  });
});
