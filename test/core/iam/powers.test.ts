import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, matches } from "../../../core/iam/evaluate.ts";
import { managedStatements } from "../../../core/iam/managed-policies.ts";
import { allowedText, newlyAllowed } from "../../../core/iam/newly-allowed.ts";
import { newPowers, powersOf } from "../../../core/iam/powers.ts";
import { statementsOf } from "../../../core/iam/statements.ts";
import type { Json } from "../../../core/template/template.ts";

const document = (...statements: object[]): Json =>
  ({ Version: "2012-10-17", Statement: statements }) as Json;
const allow = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Deny",
  Action,
  Resource,
  ...more,
});
const held = (...statements: object[]) =>
  powersOf(statementsOf(document(...statements))).map(
    ({ power, answer: given }) => `${power.id}${given === "allowed" ? "" : "?"}`,
  );

describe("a request", () => {
  const ask = (statements: object[], action = "s3:GetObject", resource = "arn:aws:s3:::a/b") =>
    answer(statementsOf(document(...statements)), { action, resource });

  test.each<[string, object[], string]>([
    ["is denied where nothing allows it", [], "denied"],
    ["is allowed by name", [allow("s3:GetObject", "arn:aws:s3:::a/b")], "allowed"],
    ["is allowed in any case of the action", [allow("S3:GETobject")], "allowed"],
    ["is allowed by a wildcard", [allow("s3:Get*", "arn:aws:s3:::a/*")], "allowed"],
    ["is allowed by one unknown character", [allow("s3:GetObjec?")], "allowed"],
    [
      "is allowed by all but others",
      [{ Effect: "Allow", NotAction: "iam:*", NotResource: "arn:x" }],
      "allowed",
    ],
    ["is not allowed by all but itself", [{ Effect: "Allow", NotAction: "s3:*", Resource: "*" }], "denied"],
    ["is denied whatever allows it", [allow("*"), deny("s3:*")], "denied"],
    [
      "is not surely denied under a condition",
      [allow("*"), deny("s3:*", "*", { Condition: { Bool: { a: "b" } } })],
      "allowed",
    ],
    [
      "may be allowed under a condition",
      [allow("*", "*", { Condition: { Bool: { a: "b" } } })],
      "allowed under conditions",
    ],
    ["is not allowed for another resource", [allow("s3:*", "arn:aws:s3:::other/*")], "denied"],
  ])("%s", (_what, statements, expected) => {
    expect(ask(statements)).toBe(expected);
  });

  test("matches as a pattern of stars and question marks does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, given) => {
        const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        expect(matches(pattern, given)).toBe(new RegExp(`^${expression}$`).test(given));
      }),
    );
  });

  test("takes no longer for a pattern that would send a backtracking matcher astray", () => {
    const began = performance.now();
    expect(matches("*a".repeat(200), `${"a".repeat(10_000)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe("what a policy lets somebody do", () => {
  test.each<[string, object[], string[]]>([
    ["everything", [allow("*")], ["everything"]],
    [
      "everything but one service",
      [{ Effect: "Allow", NotAction: "support:*", Resource: "*" }],
      ["everything"],
    ],
    ["read one bucket", [allow("s3:GetObject", "arn:aws:s3:::photos/*")], []],
    [
      "pass any role to functions",
      [allow(["iam:PassRole", "lambda:CreateFunction"])],
      ["pass-and-run", "pass-any-role"],
    ],
    [
      "pass one role to functions",
      [allow("iam:PassRole", "arn:aws:iam::1:role/app"), allow("lambda:CreateFunction")],
      [],
    ],
    [
      "pass any role to one service",
      [
        allow("iam:PassRole", "*", {
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
      ],
      ["pass-any-role?"],
    ],
    [
      "make keys of any user",
      [allow("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/*")],
      ["credentials"],
    ],
    ["rewrite any policy", [allow("iam:CreatePolicy*")], ["rights-in-policies"]],
    ["take on any role", [allow("sts:AssumeRole", "arn:aws:iam::*:role/*")], ["any-role"]],
    ["take on one role", [allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/deploy")], []],
    ["delete any object", [allow("s3:Delete*")], ["objects"]],
    ["nothing, being denied", [allow("*"), deny("*")], []],
    ["write logs", [allow(["logs:CreateLogGroup", "logs:PutLogEvents"])], []],
  ])("%s", (_what, statements, expected) => {
    expect(held(...statements)).toEqual(expected);
  });

  test("is a service's whole, by the name of AWS's own policies", () => {
    const of = (name: string) =>
      powersOf(managedStatements(`arn:aws:iam::aws:policy/${name}`)!).map(({ power }) => power.id);
    expect(of("AdministratorAccess")).toEqual(["everything"]);
    expect(of("AmazonS3FullAccess")).toContain("objects");
    expect(of("IAMFullAccess")).toContain("rights-of-roles");
    expect(of("service-role/AWSLambdaBasicExecutionRole")).toEqual([]);
    expect(managedStatements("arn:aws:iam::123456789012:policy/own")).toBeUndefined();
  });

  test("reads what functions of a template come to, as far as they say", () => {
    const [statement] = statementsOf(
      document(
        allow("s3:*", [
          { "Fn::Sub": `arn:\${AWS::Partition}:s3:::\${Bucket}/*` },
          { "Fn::GetAtt": ["B", "Arn"] },
          { "Fn::Join": ["", ["arn:aws:s3:::", "x"]] },
        ]),
      ),
    );
    expect(statement?.resources).toEqual(["arn:aws:s3:::…/*", "…", "arn:aws:s3:::x"]);
  });

  test("is only what is new", () => {
    const before = statementsOf(document(allow("s3:DeleteObject")));
    const after = statementsOf(document(allow(["s3:DeleteObject", "secretsmanager:GetSecretValue"])));
    expect(newPowers(before, after).map(({ power }) => power.id)).toEqual(["any-secret"]);
    expect(newPowers(after, before)).toEqual([]);
    expect(newPowers(statementsOf(document(allow("*"))), after)).toEqual([]);
  });

  test("never grows by a denial, and never shrinks by an allowance", () => {
    const action = fc.constantFrom(
      "*",
      "s3:*",
      "iam:PassRole",
      "lambda:*",
      "iam:*",
      "kms:*",
      "sts:AssumeRole",
      "s3:GetObject",
    );
    const resource = fc.constantFrom("*", "arn:aws:s3:::a/*", "arn:aws:iam::*:role/*");
    const statement = fc
      .record({ Action: action, Resource: resource })
      .map((one) => ({ Effect: "Allow", ...one }));
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), statement, action, (some, one, denied) => {
        const weight = (...of: object[]) =>
          powersOf(statementsOf(document(...of))).reduce(
            (most, { power }) => Math.max(most, power.points),
            0,
          );
        expect(weight(...some, one)).toBeGreaterThanOrEqual(weight(...some));
        expect(weight(...some, deny(denied))).toBeLessThanOrEqual(weight(...some));
      }),
    );
  });
});

describe("what a policy newly allows, in words", () => {
  const told = (before: object[], after: object[]) =>
    newlyAllowed(statementsOf(document(...before)), statementsOf(document(...after))).map(allowedText);
  const photos = "arn:aws:s3:::photos/*";

  test.each<[string, object[], object[], string[]]>([
    ["nothing", [allow("s3:*", photos)], [allow("s3:GetObject", photos)], []],
    [
      "an action",
      [allow("s3:GetObject", photos)],
      [allow(["s3:GetObject", "s3:DeleteObject"], photos)],
      [`may now delete object (s3:DeleteObject) in ${photos}`],
    ],
    [
      "a place",
      [allow("s3:GetObject", photos)],
      [allow("s3:GetObject", [photos, "arn:aws:s3:::films/*"])],
      ["may now get object (s3:GetObject) in arn:aws:s3:::films/*"],
    ],
    ["everything", [], [allow("*")], ["may now do everything (*) in everything"]],
    ["a service", [], [allow("sqs:*", "arn:q")], ["may now do everything that sqs does (sqs:*) in arn:q"]],
    [
      "what begins alike",
      [],
      [allow("s3:Get*", photos)],
      [`may now do all that begins with get (s3:Get*) in ${photos}`],
    ],
    [
      "under a condition",
      [],
      [allow("s3:GetObject", photos, { Condition: { Bool: { a: "b" } } })],
      [`may now get object (s3:GetObject) in ${photos}, under a condition`],
    ],
    ["nothing that is denied", [], [allow("s3:GetObject", photos), deny("s3:*", photos)], []],
  ])("%s", (_what, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });
});
