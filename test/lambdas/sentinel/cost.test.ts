import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import type { CostComparison } from "../../../core/artifacts/validation-report.ts";
import type { Template } from "../../../core/template/template.ts";
import { compareCost, costFindings } from "../../../lambdas/sentinel/cost.ts";
import { handler } from "../../../lambdas/sentinel/handler.ts";
import { TOPIC, underReview } from "../../support/reviews.ts";

const REGION = "af-south-1";

const databases = (count: number, instanceClass = "db.t4g.micro"): Template => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Db${index}`,
      {
        Type: "AWS::RDS::DBInstance",
        Properties: {
          Engine: "postgres",
          DBInstanceClass: instanceClass,
          AllocatedStorage: "20",
          StorageType: "gp3",
        },
      },
    ]),
  ),
});

const cost = (changes: Partial<CostComparison> = {}): CostComparison => ({
  monthlyBefore: 0,
  monthlyAfter: 0,
  monthlyDelta: 0,
  atLeast: false,
  unpriced: [],
  pricesAsOf: "2026-01-01",
  ...changes,
});

const rules = (compared: CostComparison, monthly?: number, delta = 500) =>
  costFindings(compared, { monthly, delta }).map(({ rule, severity }) => `${severity} ${rule}`);

describe("the cost of a change", () => {
  test("is the stack's before and after, and the difference between them", () => {
    const one = compareCost(undefined, databases(1), REGION);
    expect(one.monthlyBefore).toBe(0);
    expect(one.monthlyDelta).toBe(one.monthlyAfter);
    expect(one.monthlyAfter).toBeGreaterThan(10);
    const two = compareCost(databases(1), databases(2), REGION);
    expect(two.monthlyBefore).toBe(one.monthlyAfter);
    expect(two.monthlyDelta).toBeCloseTo(one.monthlyAfter, 1);
    expect(compareCost(databases(2), databases(1), REGION).monthlyDelta).toBeCloseTo(-one.monthlyAfter, 1);
    expect(compareCost(databases(1), databases(1), REGION).monthlyDelta).toBe(0);
  });

  test("says at least, and of what, where something has no price", () => {
    const strange = compareCost(undefined, databases(1, "db.z9.giga"), REGION);
    expect(strange).toMatchObject({
      atLeast: true,
      unpriced: [{ address: "Db0", type: "AWS::RDS::DBInstance" }],
    });
    expect(rules(strange)).toEqual(["warning unpriced"]);
  });
});

describe("a limit", () => {
  test("of 500 dollars a month is what one change may add, in every environment", () => {
    for (const { costDeltaMonthlyLimitUsd } of Object.values(ENVIRONMENTS)) {
      expect(costDeltaMonthlyLimitUsd).toBe(500);
    }
  });

  test.each<[string, string[], Partial<CostComparison>, number | undefined]>([
    ["is kept to the cent", [], { monthlyAfter: 20, monthlyDelta: 20 }, 20],
    ["is missed by a cent", ["error monthly-cost-limit"], { monthlyAfter: 20.01 }, 20],
    [
      "of the goal counts the whole stack",
      ["error monthly-cost-limit"],
      { monthlyAfter: 30, monthlyDelta: -5 },
      20,
    ],
    ["of the policy is kept to the cent", [], { monthlyDelta: 500 }, undefined],
    [
      "of the policy is missed by a cent",
      ["error cost-delta-monthly-limit"],
      { monthlyDelta: 500.01 },
      undefined,
    ],
    ["of the policy counts what is added alone", [], { monthlyAfter: 9_000, monthlyDelta: 1 }, undefined],
    [
      "is missed twice",
      ["error monthly-cost-limit", "error cost-delta-monthly-limit"],
      { monthlyAfter: 600, monthlyDelta: 600 },
      20,
    ],
  ])("%s", (_what, expected, changes, monthly) => {
    expect(rules(cost(changes), monthly)).toEqual(expected);
  });

  test("is missed exactly by what is over it", () => {
    const usd = fc.double({ min: -2_000, max: 2_000, noNaN: true });
    fc.assert(
      fc.property(usd, usd, fc.option(usd, { nil: undefined }), usd, (after, delta, monthly, most) => {
        const found = rules(cost({ monthlyAfter: after, monthlyDelta: delta }), monthly, most);
        expect(found.includes("error monthly-cost-limit")).toBe(monthly !== undefined && after > monthly);
        expect(found.includes("error cost-delta-monthly-limit")).toBe(delta > most);
      }),
    );
  });

  test("of the goal fails the change that would cost more, whatever the plan had hoped", async () => {
    const goal = { constraints: { monthlyCostLimitUsd: 5 } };
    const { desk, refs } = await underReview({
      goal,
      template: databases(1),
      plan: { cost: { monthlyUsd: 1, atLeast: false } },
    });
    expect(await desk.call(handler, refs)).toMatchObject({
      result: "FAIL",
      refusal: "ValidationFailed",
      summary: expect.stringContaining("the goal allows $5"),
    });
  });

  test("of the policy fails the change that would add more, though its goal has none", async () => {
    const added = await underReview({ template: databases(60) });
    expect(await added.desk.call(handler, added.refs)).toMatchObject({
      result: "FAIL",
      refusal: "ValidationFailed",
      summary: expect.stringContaining("policy allows $500"),
    });
    const standing = await underReview({ before: databases(60), template: databases(60) });
    expect(await standing.desk.call(handler, standing.refs)).toMatchObject({ result: "PASS" });
    const removed = await underReview({ before: databases(60), template: TOPIC });
    expect(await removed.desk.call(handler, removed.refs)).toMatchObject({ result: "PASS" });
  });
});
