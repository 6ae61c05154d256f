// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import { describe, expect, test } from "vitest";
import { evaluation } from "../../../core/template/evaluation.ts";
import type { Known } from "../../../core/template/known.ts";
import type { Json, Template } from "../../../core/template/template.ts";
import { isUnknown, type Unknown } from "../../../core/template/unknown.ts";

const TEMPLATE: Template = {
  Parameters: {
    Stage: { Type: "String" },
    Size: { Type: "Number", Default: 3 },
    Zones: { Type: "CommaDelimitedList", Default: "a, b,c" },
    Image: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/images/latest" },
  },
  Mappings: { Sizes: { prod: { Class: "db.r6g.large", Ports: ["5432", "5433"] } } },
  Conditions: {
    IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
    IsNotProd: { "Fn::Not": [{ Condition: "IsProd" }] },
    Either: { "Fn::Or": [{ Condition: "IsProd" }, { "Fn::Equals": [{ Ref: "Image" }, "x"] }] },
    Both: { "Fn::And": [{ Condition: "IsProd" }, { "Fn::Equals": [{ Ref: "Image" }, "x"] }] },
    Self: { "Fn::Not": [{ Condition: "Self" }] },
    Ping: { "Fn::Not": [{ Condition: "Pong" }] },
    Pong: { "Fn::Not": [{ Condition: "Ping" }] },
  },
  Resources: { Table: { Type: "AWS::DynamoDB::Table" }, Topic: { Type: "AWS::SNS::Topic" } },
};

const KNOWN: Known = {
  parameters: { Stage: "prod" },
  pseudo: { "AWS::Region": "af-south-1", "AWS::AccountId": "536580886816" },
  ref: (id) => (id === "Table" ? "orders" : undefined),
  attribute: (id, attribute) => (id === "Table" && attribute === "Arn" ? "arn:orders" : undefined),
  availabilityZones: (region) => [`${region}a`, `${region}b`],
  exported: (name) => (name === "vpc" ? "vpc-1" : undefined),
};

const evaluate = (expression: Json, known = KNOWN) => evaluation(TEMPLATE, known).value(expression);
const reasons = (expression: Json, known = KNOWN) => (evaluate(expression, known) as Unknown).because;

describe("what is known", () => {
  test.each<[Json, unknown]>([
    [{ Ref: "Stage" }, "prod"],
    [{ Ref: "Size" }, "3"],
    [{ Ref: "Zones" }, ["a", "b", "c"]],
    [{ Ref: "AWS::Region" }, "af-south-1"],
    [{ Ref: "Table" }, "orders"],
    [{ "Fn::GetAtt": ["Table", "Arn"] }, "arn:orders"],
    [{ "Fn::GetAtt": "Table.Arn" }, "arn:orders"],
    [{ "Fn::Sub": "${Stage}-${Table.Arn}-${AWS::AccountId}" }, "prod-arn:orders-536580886816"],
    [{ "Fn::Sub": "${!Stage} ${ Stage } $Stage ${}x".replace("${}", "") }, "${Stage} prod $Stage x"],
    [{ "Fn::Sub": ["${x}/${Stage}", { x: { Ref: "Table" } }] }, "orders/prod"],
    [{ "Fn::Join": ["-", ["a", { Ref: "Size" }, "b"]] }, "a-3-b"],
    [{ "Fn::Join": [",", { Ref: "Zones" }] }, "a,b,c"],
    [{ "Fn::Select": ["1", { Ref: "Zones" }] }, "b"],
    [{ "Fn::Select": [0, { "Fn::Split": ["/", "x/y"] }] }, "x"],
    [{ "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "Class"] }, "db.r6g.large"],
    [{ "Fn::FindInMap": ["Sizes", "prod", "Ports"] }, ["5432", "5433"]],
    [{ "Fn::Base64": "größe" }, "Z3LDtsOfZQ=="],
    [{ "Fn::GetAZs": "" }, ["af-south-1a", "af-south-1b"]],
    [{ "Fn::GetAZs": { Ref: "AWS::Region" } }, ["af-south-1a", "af-south-1b"]],
    [{ "Fn::Cidr": ["10.0.0.0/16", 3, 8] }, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]],
    [{ "Fn::Cidr": ["2001:db8::/56", "2"] }, ["2001:db8::/64", "2001:db8:0:1::/64"]],
    [{ "Fn::ImportValue": "vpc" }, "vpc-1"],
    [{ "Fn::If": ["IsProd", "big", "small"] }, "big"],
    [{ "Fn::If": ["IsNotProd", "small", { Ref: "AWS::NoValue" }] }, undefined],
  ])("%j is %j", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test("AWS::NoValue takes the property or the list entry out", () => {
    const none: Json = { Ref: "AWS::NoValue" };
    expect(evaluate({ a: none, b: [1, none, 2] })).toEqual({ b: [1, 2] });
  });

  test("one decisive condition decides, whatever else is unknown", () => {
    expect(evaluation(TEMPLATE, KNOWN).condition("Either")).toBe(true);
    const dev = { ...KNOWN, parameters: { Stage: "dev" } };
    expect(evaluation(TEMPLATE, dev).condition("Both")).toBe(false);
  });

  test("an object with more keys than a function's is data", () => {
    const statement: Json = { Ref: "Stage", Condition: { StringEquals: { a: "b" } } };
    expect(evaluate(statement)).toEqual(statement);
  });
});

describe("what is not known", () => {
  test.each<[Json, readonly string[]]>([
    [{ Ref: "Topic" }, ["Topic"]],
    [{ "Fn::GetAtt": ["Topic", "TopicName"] }, ["Topic.TopicName"]],
    [{ "Fn::Sub": "${Topic}/${Table}/${Topic.TopicName}" }, ["Topic", "Topic.TopicName"]],
    [{ "Fn::Join": ["", ["a", { Ref: "Topic" }]] }, ["Topic"]],
    [{ "Fn::Select": [0, { Ref: "Topic" }] }, ["Topic"]],
    [{ "Fn::Split": [",", { Ref: "Topic" }] }, ["Topic"]],
    [{ "Fn::If": ["Both", 1, 2] }, ["Image"]],
    [{ "Fn::If": ["Self", 1, 2] }, ["the condition Self refers to itself"]],
    [{ "Fn::If": ["Ping", 1, 2] }, ["the condition Ping refers to itself"]],
    [{ "Fn::If": ["Nowhere", 1, 2] }, ["the condition Nowhere is not in the template"]],
    [{ Ref: "Image" }, ["Image"]],
    [{ Ref: "AWS::StackName" }, ["AWS::StackName"]],
    [{ Ref: "constructor" }, ["constructor is not in the template"]],
    [{ Ref: "__proto__" }, ["__proto__ is not in the template"]],
    [{ "Fn::Select": [9, { Ref: "Zones" }] }, ["Fn::Select has no element 9"]],
    [{ "Fn::FindInMap": ["Sizes", "dev", "Class"] }, ["no mapping for Sizes::dev::Class"]],
    [{ "Fn::FindInMap": ["Sizes", "toString", "length"] }, ["no mapping for Sizes::toString::length"]],
    [{ "Fn::ImportValue": "subnet" }, ["the export subnet"]],
    [{ "Fn::GetAZs": { Ref: "Topic" } }, ["AWS::Region"]],
    [{ "Fn::Transform": { Name: "x" } }, ["Fn::Transform is not evaluated"]],
    [{ "Fn::toString": [] }, ["Fn::toString is not evaluated"]],
  ])("%j says why", (expression, because) => {
    expect(reasons(expression)).toEqual(because);
  });

  test.each<Json>([
    { Ref: 1 },
    { "Fn::GetAtt": "Table" },
    { "Fn::GetAtt": ["Table"] },
    { "Fn::Sub": [] },
    { "Fn::Sub": ["x", "y"] },
    { "Fn::Join": ["-"] },
    { "Fn::Join": ["-", "text"] },
    { "Fn::Select": ["x", ["a"]] },
    { "Fn::Split": ["", "a"] },
    { "Fn::If": ["IsProd", 1] },
    { "Fn::FindInMap": "Sizes" },
    { "Fn::Base64": ["a"] },
    { "Fn::Cidr": ["10.0.0.0/24", 300, 4] },
    { "Fn::Cidr": ["10.0.0.0/24", 2, 30] },
    { "Fn::Cidr": ["10.0.0.999/24", 2, 4] },
    { "Fn::ImportValue": ["a"] },
  ])("%j, used wrongly, is unknown", (expression) => {
    expect(isUnknown(evaluate(expression))).toBe(true);
  });

  test("an unknown value keeps its place and is written out as its expression", () => {
    const value = evaluate({ Endpoint: { Ref: "Topic" }, Name: "x" });
    expect(JSON.parse(JSON.stringify(value))).toEqual({ Endpoint: { Ref: "Topic" }, Name: "x" });
  });

  test("a text that would grow without bound is cut off", () => {
    let bomb: Json = "0123456789";
    for (let i = 0; i < 60; i++) bomb = { "Fn::Sub": ["${x}${x}", { x: bomb }] };
    expect(reasons(bomb)).toEqual(["the text grows beyond a megabyte"]);
  });

  test("input nested without end is cut off", () => {
    const nested = JSON.parse(`${'{"a":['.repeat(5_000)}1${"]}".repeat(5_000)}`) as Json;
    expect(JSON.stringify(evaluate({ deep: nested }))).toContain("deep");
    let call: Json = "x";
    for (let i = 0; i < 5_000; i++) call = { "Fn::Not": [call] };
    expect(isUnknown(evaluation({ ...TEMPLATE, Conditions: { Deep: call } }).condition("Deep"))).toBe(true);
  });

  test("a chain of ten thousand conditions is cut off", () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => [
      `C${i}`,
      { "Fn::Not": [{ Condition: `C${i + 1}` }] },
    ]);
    const chain: Template = {
      Conditions: Object.fromEntries(entries) as Record<string, Json>,
      Resources: {},
    };
    expect(isUnknown(evaluation(chain).condition("C0"))).toBe(true);
  });
});
