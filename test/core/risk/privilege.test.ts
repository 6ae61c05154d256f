import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breadthOf } from "../../../core/risk/privilege.ts";

const allow = (Action: unknown, Resource: unknown = "arn:aws:s3:::shop/*", more: object = {}) => ({
  PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...more }] },
});

describe("the breadth of a policy", () => {
  test.each<[string, object, string]>([
    ["every action on everything", allow("*", "*"), "everything"],
    ["every action on everything, in lists", allow(["*"], ["*"]), "everything"],
    ["every action of every service", allow("*:*", "*"), "everything"],
    [
      "all but a few actions on everything",
      { Statement: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }] },
      "everything",
    ],
    [
      "every action on all but a few resources",
      { Statement: [{ Effect: "Allow", Action: "*", NotResource: "arn:x" }] },
      "everything",
    ],
    ["every action on one thing", allow("*"), "wildcard-action"],
    ["every action of a service", allow("s3:*"), "wildcard-action"],
    ["every action of a service, in another case", allow("S3:*"), "wildcard-action"],
    ["one such action among others", allow(["s3:GetObject", "dynamodb:*"]), "wildcard-action"],
    ["writing to everything", allow("s3:PutObject", "*"), "wildcard-resource"],
    [
      "writing to all but a few",
      { Statement: [{ Effect: "Allow", Action: "s3:PutObject", NotResource: "arn:x" }] },
      "wildcard-resource",
    ],
    ["reading every secret", allow("secretsmanager:GetSecretValue", "*"), "wildcard-resource"],
    ["reading every parameter", allow("ssm:GetParameter", "*"), "wildcard-resource"],
    ["passing any role", allow("iam:PassRole", "*"), "wildcard-resource"],
    ["reading everything", allow(["s3:GetObject", "s3:ListBucket", "dynamodb:DescribeTable"], "*"), "narrow"],
    [
      "what can only be granted for everything",
      allow(["xray:PutTraceSegments", "cloudwatch:PutMetricData"], "*"),
      "narrow",
    ],
    ["writing to one thing", allow("s3:PutObject"), "narrow"],
    ["a denial of everything", { Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] }, "narrow"],
    [
      "trust in a service",
      {
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
        ],
      },
      "narrow",
    ],
    [
      "trust in everybody",
      { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" }] },
      "wildcard-action",
    ],
    [
      "trust in every account",
      { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }] },
      "wildcard-action",
    ],
    [
      "trust in every account among others",
      { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ["arn:x", "*"] } }] },
      "wildcard-action",
    ],
    [
      "trust in everybody under a condition",
      {
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: "*",
            Condition: { StringEquals: { "aws:SourceAccount": "1" } },
          },
        ],
      },
      "narrow",
    ],
    [
      "one statement that is no list",
      { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      "everything",
    ],
    ["a policy within a role", { Policies: [{ PolicyName: "p", ...allow("*", "*") }] }, "everything"],
    ["no policy at all", { Name: "x" }, "narrow"],
  ])("is seen of %s", (_what, properties, breadth) => {
    expect(breadthOf(properties)).toBe(breadth);
  });

  test("is that of its widest statement, wherever it stands", () => {
    const statements = fc.shuffledSubarray(
      [allow("s3:PutObject"), allow("s3:PutObject", "*"), allow("s3:*"), allow("*", "*")],
      {
        minLength: 1,
      },
    );
    const order = ["narrow", "wildcard-resource", "wildcard-action", "everything"];
    fc.assert(
      fc.property(statements, (policies) => {
        const widest = Math.max(...policies.map((policy) => order.indexOf(breadthOf(policy))));
        expect(breadthOf({ Policies: policies })).toBe(order[widest]);
      }),
    );
  });

  test("is told of anything, without an error", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof breadthOf(value)).toBe("string");
      }),
    );
  });
});
