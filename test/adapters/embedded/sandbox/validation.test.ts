// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import { expect, test } from "vitest";
import type { Json } from "../../../../core/template/template.ts";
import { queue, topic, workbench } from "./workbench.ts";

const A = topic();
const whole = (more: object): string => JSON.stringify({ Resources: { A }, ...more });
const resources = (more: object): string => JSON.stringify({ Resources: more });

async function refusal(template: string, parameters: Record<string, string> = {}): Promise<string> {
  const { cloud } = workbench();
  const request = { stack: "shop", name: "first", template, parameters, tags: {}, clientToken: "t" };
  const error = await cloud
    .planner()
    .createChangeSet(request)
    .then(
      () => ({ name: "none", message: "accepted" }),
      (thrown: Error) => thrown,
    );
  expect(error.name).toBe("TemplateInvalid");
  expect(await cloud.reader().describeStack("shop")).toBeUndefined();
  return error.message;
}

const nested = (depth: number): Json => (depth === 0 ? "x" : { a: nested(depth - 1) });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`T${i}`, A]));

test.each<[what: string, template: string, message: string | RegExp]>([
  [
    "broken JSON",
    '{\n "Resources": {,}\n}',
    /^Template format error: JSON not well-formed\. \(line 2, column 16\)/,
  ],
  ["half a document", '{"Resources":', /JSON not well-formed\. \(line 1, column 14\)/],
  ["a list", "[]", "Template format error: unsupported structure."],
  ["no resources", "{}", "Template format error: At least one Resources member must be defined."],
  ["an unknown section", whole({ Resource: {} }), "Invalid template property or properties [Resource]"],
  ["a transform", whole({ Transform: "AWS::Serverless-2016-10-31" }), /runs no transforms/],
  [
    "a resource without a type",
    resources({ A: { Properties: {} } }),
    /^Template format error: \[\/Resources\/A\] Every Resources object must contain a Type member\.$/,
  ],
  [
    "a resource that is text",
    resources({ A: "topic" }),
    "Template format error: Any Resources member must be an object.",
  ],
  [
    "an unknown member of a resource",
    resources({ A: { Type: "AWS::SNS::Topic", Invalid: 1 } }),
    "Invalid template resource property 'Invalid'",
  ],
  [
    "a name with a hyphen",
    resources({ "my-topic": A }),
    "Template format error: Resource name my-topic is non alphanumeric.",
  ],
  [
    "a null",
    resources({ A: topic({ DisplayName: null }) }),
    "[/Resources/A/Properties/DisplayName] 'null' values are not allowed in templates",
  ],
  [
    "501 resources",
    resources(many(501)),
    "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
  ],
  [
    "more than a megabyte",
    whole({ Description: "x".repeat(1_000_000) }),
    "Template may not exceed 1000000 bytes in size.",
  ],
  [
    "a hundred levels",
    resources({ A: topic({ DisplayName: nested(120) }) }),
    /nested more than 100 levels deep/,
  ],
  [
    "an output without a value",
    whole({ Outputs: { O: {} } }),
    "Template format error: Every Outputs member must contain a Value object",
  ],
  [
    "a Ref to nothing",
    resources({ A: topic({ DisplayName: { Ref: "B" } }) }),
    "Template format error: Unresolved resource dependencies [B] in the Resources block of the template",
  ],
  [
    "a Sub of nothing",
    resources({ A: topic({ DisplayName: { "Fn::Sub": "${B}-${constructor}" } }) }),
    /Unresolved resource dependencies \[B, constructor\]/,
  ],
  [
    "a GetAtt of nothing",
    resources({ A: topic({ DisplayName: { "Fn::GetAtt": ["B", "Arn"] } }) }),
    "Template error: instance of Fn::GetAtt references undefined resource B",
  ],
  [
    "half a GetAtt",
    resources({ A: topic({ DisplayName: { "Fn::GetAtt": ["B"] } }) }),
    /every Fn::GetAtt object requires two non-empty parameters/,
  ],
  [
    "an output of nothing",
    whole({ Outputs: { O: { Value: { Ref: "B" } } } }),
    "Unresolved resource dependencies [B] in the Outputs block of the template",
  ],
  [
    "DependsOn nothing",
    resources({ A: { ...(A as object), DependsOn: "B" } }),
    /Unresolved resource dependencies \[B\] in the Resources block/,
  ],
  [
    "DependsOn twice",
    resources({ A, B: { ...(A as object), DependsOn: ["A", "A"] } }),
    /\/Resources\/B\/DependsOn\] names a resource twice/,
  ],
  [
    "a circle",
    resources({ A: topic({ DisplayName: { Ref: "B" } }), B: topic({ DisplayName: { Ref: "A" } }), C: A }),
    "Circular dependency between resources: [A, B]",
  ],
  [
    "a resource that waits for itself",
    resources({ A: topic({ DisplayName: { Ref: "A" } }) }),
    "Circular dependency between resources: [A]",
  ],
  [
    "an unknown condition",
    resources({ A: topic({ DisplayName: { "Fn::If": ["No", 1, 2] } }) }),
    "Template error: unresolved condition dependency No in Fn::If",
  ],
  [
    "a condition on a resource",
    whole({ Conditions: { C: { "Fn::Equals": [{ Ref: "A" }, "x"] } } }),
    /Cannot reference resources in the Conditions block/,
  ],
  [
    "a missing mapping",
    resources({ A: topic({ DisplayName: { "Fn::FindInMap": ["M", "a", "b"] } }) }),
    "Template error: Unable to get mapping for M::a::b",
  ],
  [
    "a misused function",
    resources({ A: topic({ DisplayName: { "Fn::Select": [3, ["a"]] } }) }),
    "Template error: Fn::Select has no element 3 (in resource A)",
  ],
  [
    "a snapshot of a queue",
    resources({ A: { ...(queue() as object), DeletionPolicy: "Snapshot" } }),
    "Template error: resource type AWS::SQS::Queue does not support deletion policy Snapshot",
  ],
  [
    "an unknown policy",
    resources({ A: { ...(queue() as object), DeletionPolicy: "Keep" } }),
    /DeletionPolicy of A must be one of/,
  ],
])("%s is refused", async (_what, template, message) => {
  expect(await refusal(template)).toMatch(message);
});

const PARAMETERS = whole({
  Parameters: {
    Stage: { Type: "String", AllowedValues: ["dev", "prod"] },
    Count: { Type: "Number", Default: 2, MinValue: 1, MaxValue: 9 },
    Name: { Type: "String", Default: "abc", MinLength: 2, MaxLength: 4 },
  },
});

test.each<[Record<string, string>, string]>([
  [{}, "Parameters: [Stage] must have values"],
  [{ Stage: "dev", Other: "x" }, "Parameters: [Other] do not exist in the template"],
  [{ Stage: "dev", constructor: "x" }, "Parameters: [constructor] do not exist in the template"],
  [{ Stage: "sit" }, "Parameter 'Stage' must be one of AllowedValues"],
  [{ Stage: "dev", Count: "two" }, "Parameter 'Count' must be a number."],
  [{ Stage: "dev", Count: "0" }, "Parameter 'Count' must be a number not less than 1"],
  [{ Stage: "dev", Count: "10" }, "Parameter 'Count' must be a number not greater than 9"],
  [{ Stage: "dev", Name: "a" }, "Parameter 'Name' must contain at least 2 characters"],
  [{ Stage: "dev", Name: "abcde" }, "Parameter 'Name' must contain at most 4 characters"],
])("the parameters %j are refused", async (parameters, message) => {
  expect(await refusal(PARAMETERS, parameters)).toBe(message);
});

test("a resource that its condition leaves out cannot be referred to", async () => {
  const excluded = (more: object) => ({
    Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
    Resources: { A: { ...(A as object), Condition: "Never" }, C: A, ...more },
  });
  expect(await refusal(JSON.stringify(excluded({ B: topic({ DisplayName: { Ref: "A" } }) })))).toBe(
    "Template format error: Unresolved resource dependencies [A] in the Resources block of the template",
  );
  const output = { ...excluded({}), Outputs: { O: { Value: { "Fn::GetAtt": ["A", "TopicName"] } } } };
  expect(await refusal(JSON.stringify(output))).toBe(
    "Unresolved resource dependencies [A] in the Outputs block of the template",
  );
});

test.each([
  ["a stack", { stack: "my stack" }],
  ["a change set", { name: "../x" }],
])("%s with a name CloudFormation does not take is refused", async (_what, wrong) => {
  const { cloud } = workbench();
  const request = {
    stack: "shop",
    name: "n",
    template: whole({}),
    parameters: {},
    tags: {},
    clientToken: "t",
  };
  await expect(cloud.planner().createChangeSet({ ...request, ...wrong })).rejects.toMatchObject({
    name: "RequestInvalid",
  });
});

test("resources may be called what objects call their own members", async () => {
  const { apply, resources: found } = workbench();
  const template = { constructor: A, toString: topic({ DisplayName: { Ref: "constructor" } }) };
  await apply(template);
  await apply({
    constructor: topic({ TopicName: "new" }),
    toString: topic({ DisplayName: { Ref: "constructor" } }),
  });
  expect(Object.keys(await found())).toEqual(["constructor", "toString"]);
});

test("what the CDK puts into every template is accepted", async () => {
  const { apply, stack } = workbench();
  await apply({
    Resources: { A, CDKMetadata: { Type: "AWS::CDK::Metadata", Condition: "CDKMetadataAvailable" } },
    Conditions: { CDKMetadataAvailable: { "Fn::Equals": [{ Ref: "AWS::Region" }, "af-south-1"] } },
    Parameters: {
      BootstrapVersion: {
        Type: "AWS::SSM::Parameter::Value<String>",
        Default: "/cdk-bootstrap/hnb659fds/version",
        Description: "Version",
      },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [{ Assert: { "Fn::Not": [{ "Fn::Contains": [["1"], { Ref: "BootstrapVersion" }] }] } }],
      },
    },
  });
  expect((await stack()).status).toBe("CREATE_COMPLETE");
});
