import { expect, test } from "vitest";
import { estimate } from "../../../core/cost/estimate.ts";
import { USAGE } from "../../../core/cost/usage.ts";
import { parseUsage, UsageError, unmatchedUsage } from "../../../core/cost/usage-file.ts";

const fn = { address: "Api", type: "AWS::Lambda::Function", properties: {} };
const region = "us-east-1";

function refusal(json: unknown): string {
  try {
    parseUsage(json);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  return "accepted";
}

test("an empty usage file changes nothing", () => {
  expect(estimate([fn], { region, usage: parseUsage({}) })).toEqual(estimate([fn], { region }));
});

test("a value for a resource counts before one for its type, and that before the default", () => {
  const usage = parseUsage({
    types: { "AWS::Lambda::Function": { requestsPerMonth: 1000, averageMs: 10 } },
    resources: { Api: { requestsPerMonth: 7 } },
  });
  const { assumptions } = estimate([fn], { region, usage });
  expect(assumptions).toEqual([
    {
      key: "AWS::Lambda::Function.averageMs",
      value: 10,
      unit: "milliseconds an invocation takes",
      source: "given",
    },
    { key: "Api.requestsPerMonth", value: 7, unit: "invocations", source: "given" },
  ]);
});

test("a default that is used says so", () => {
  const { assumptions } = estimate([fn], { region, usage: parseUsage({ profile: "idle" }) });
  expect(assumptions).toContainEqual({
    key: "AWS::Lambda::Function.requestsPerMonth",
    value: 0,
    unit: "invocations",
    source: "default",
  });
});

test.each([
  [
    "a negative number",
    { types: { "AWS::SQS::Queue": { requestsPerMonth: -1 } } },
    /AWS::SQS::Queue\.requestsPerMonth: .*negative/,
  ],
  [
    "a string",
    { types: { "AWS::SQS::Queue": { requestsPerMonth: "many" } } },
    /requestsPerMonth: a quantity is a number/,
  ],
  [
    "an endless number",
    { resources: { Q: { requestsPerMonth: Number.POSITIVE_INFINITY } } },
    /Q\.requestsPerMonth/,
  ],
  [
    "a key of another type",
    { types: { "AWS::SQS::Queue": { storedGb: 1 } } },
    /AWS::SQS::Queue: "storedGb" is not one of its keys: requestsPerMonth/,
  ],
  ["a key that nothing has", { resources: { Q: { bananas: 1 } } }, /Q\.bananas: no type has this key/],
  [
    "a type without usage",
    { types: { "AWS::IAM::Role": { requestsPerMonth: 1 } } },
    /AWS::IAM::Role: no usage can be set/,
  ],
  ["a section that is not one", { queues: {} }, /queues/],
  ["a profile that is not one", { profile: "busy" }, /profile/],
  ["something else altogether", "hello", /the file/],
  ["nothing", null, /the file/],
])("%s is refused with where it stands", (_what, json, message) => {
  expect(refusal(json)).toMatch(message);
});

test("all faults are told at once", () => {
  const message = refusal({ types: { "AWS::SQS::Queue": { requestsPerMonth: -1, storedGb: -1 } }, extra: 1 });
  expect(message.split("\n").length).toBeGreaterThan(2);
});

test("usage for a resource that is not there is not silently ignored", () => {
  const usage = parseUsage({
    resources: { Apj: { requestsPerMonth: 1 }, Api: { storedGb: 1, averageMs: 1 } },
  });
  expect(unmatchedUsage(usage, [fn])).toEqual([
    'no resource is called "Apj"',
    'Api (AWS::Lambda::Function): "storedGb" is not one of its keys: requestsPerMonth, averageMs',
  ]);
});

test("every default has a unit, is not negative, and is at rest no more than in use", () => {
  for (const [type, keys] of Object.entries(USAGE)) {
    for (const [key, { unit, typical, idle }] of Object.entries(keys)) {
      expect([type, key, unit.length > 0, idle >= 0, idle <= typical]).toEqual([type, key, true, true, true]);
    }
  }
});
