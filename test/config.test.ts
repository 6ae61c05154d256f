import { describe, expect, test } from "vitest";
import { dev } from "../config/environments/dev.ts";
import { ENVIRONMENTS, environmentNamed } from "../config/environments/index.ts";
import { environmentConfig, has } from "../config/environments/schema.ts";

test("the environments are the accounts they are meant to be", () => {
  expect(
    Object.values(ENVIRONMENTS).map(({ environment, account, region }) => [environment, account, region]),
  ).toEqual([
    ["dev", "536580886816", "af-south-1"],
    ["sit", "815856636111", "af-south-1"],
    ["prod", "093646564004", "af-south-1"],
  ]);
});

test("one that is not there is told with those that are", () => {
  expect(environmentNamed("sit")).toBe(ENVIRONMENTS.sit);
  for (const name of ["stage", "", "constructor", "DEV"])
    expect(() => environmentNamed(name)).toThrow(
      `${JSON.stringify(name)} is no environment; there are dev, sit, prod (config/environments/)`,
    );
});

test("a tier stands on the smaller ones", () => {
  expect((["small", "medium", "large"] as const).map((tier) => has({ tier: "medium" }, tier))).toEqual([
    true,
    true,
    false,
  ]);
});

describe("a configuration is refused", () => {
  const certificateArn = "arn:aws:acm:us-east-1:536580886816:certificate/1";
  test.each<[string, object, RegExp]>([
    ["with an account of eleven digits", { account: "53658088681" }, /must be twelve digits/],
    ["with a region that is none", { region: "Cape Town" }, /must be a region/],
    ["with a tier that there is not", { tier: "huge" }, /small/],
    ["with a field nobody knows", { retian: true }, /retian/],
    ["for production that keeps nothing", { environment: "prod", retain: false }, /must be true in prod/],
    ["with agents on workers that there are not", { agentsOn: "workers" }, /come with the medium one/],
    ["with a certificate of another region", { domain: { name: "c.example", certificateArn } }, /own region/],
    [
      "with a model of nobody's",
      { models: { region: "eu-west-1", primary: "gpt" } },
      /must be a model of Bedrock/,
    ],
    ["with a sender that is no address", { mail: { sender: "me", alarms: "a@b.example" } }, /email/i],
    ["with a database of no size", { sizes: { ...dev.sizes, databaseAcu: 0 } }, /0\.5/],
  ])("%s", (_, change, why) => {
    const { success, error } = environmentConfig.safeParse({ ...dev, ...change });
    expect(success).toBe(false);
    expect(error?.message).toMatch(why);
  });
});
