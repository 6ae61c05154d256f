import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DesignBlocked, designBlocked, relaxationsOf } from "../../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../../core/artifacts/goal-statement.ts";
import { relax } from "../../../core/plan/relax.ts";
import { design } from "../../../lambdas/atlas/design.ts";
import { priceOf } from "../../../lambdas/atlas/price.ts";
import { settleOn } from "../../../lambdas/atlas/settle.ts";
import { aGoal, anyGoal } from "../../support/goals.ts";

const REGION = "af-south-1";

/** What the designs up to an attempt clash with. */
function tryOnce(goal: GoalStatement, attempt: number): DesignBlocked | undefined {
  const found = settleOn(goal, { region: REGION, attempt, agreed: [] });
  return "blocked" in found ? found.blocked : undefined;
}

/** As the pipeline does: three attempts, each more frugal, before people are asked. */
const tryAll = (goal: GoalStatement) => tryOnce(goal, 3);

const database = (changes: object = {}, parameters: object = {}) =>
  aGoal({ requires: [{ block: "postgres", name: "shop", parameters }], ...changes });

describe("a design that keeps its constraints", () => {
  test.each<[string, GoalStatement]>([
    ["without any", database()],
    ["of cost", database({ constraints: { monthlyCostLimitUsd: 100 } })],
    ["of its region", database({ constraints: { region: REGION } })],
    ["of availability", database({ constraints: { availability: "multi-az" } }, { multiAz: true })],
  ])("is not blocked: %s", (_what, goal) => {
    expect(tryAll(goal)).toBeUndefined();
  });

  test("exactly at its cost is not blocked, a cent below it is", () => {
    const exact = priceOf(design(database(), 1).components, REGION).monthly;
    expect(tryOnce(database({ constraints: { monthlyCostLimitUsd: exact } }), 1)).toBeUndefined();
    expect(tryOnce(database({ constraints: { monthlyCostLimitUsd: exact - 0.01 } }), 1)).toBeDefined();
  });
});

describe("a clash", () => {
  test("of cost with availability names both and the least that would help", () => {
    const blocked = tryAll(database({ constraints: { monthlyCostLimitUsd: 20, availability: "multi-az" } }))!;
    expect(blocked.clashes).toMatchObject([
      { constraint: "constraints.monthlyCostLimitUsd", asked: "at most $20 a month" },
    ]);
    expect(blocked.smallestRelaxation).toMatchObject({ field: "constraints.monthlyCostLimitUsd", from: 20 });
    expect(blocked.cheapestMonthlyUsd).toBeGreaterThan(20);
    expect(blocked.smallestRelaxation.to).toBe(Math.ceil(blocked.cheapestMonthlyUsd!));
    expect(blocked.reason).toContain("multi-az");
  });

  test("of cost is that of the design that was tried, and of the cheapest only when that was", () => {
    const dear = database({ environment: "prod", constraints: { monthlyCostLimitUsd: 1 } });
    const [first, last] = [tryOnce(dear, 1)!, tryOnce(dear, 2)!];
    expect(first.reason).toContain("this single-az design costs");
    expect(last.reason).toContain("the cheapest single-az design found costs");
    expect(last.cheapestMonthlyUsd).toBeLessThan(first.cheapestMonthlyUsd!);
  });

  test("of cost with availability offers one zone only where that is enough", () => {
    const at = (monthlyCostLimitUsd: number) =>
      tryAll(database({ constraints: { monthlyCostLimitUsd, availability: "multi-az" } }))!.alternatives;
    expect(at(30)).toMatchObject([{ field: "constraints.availability", to: "single-az" }]);
    expect(at(2)).toEqual([]);
  });

  test("of the region names where the environment is", () => {
    const blocked = tryOnce(database({ constraints: { region: "eu-west-1" } }), 1)!;
    expect(blocked.smallestRelaxation).toMatchObject({
      field: "constraints.region",
      from: "eu-west-1",
      to: REGION,
    });
    expect(blocked.cheapestMonthlyUsd).toBeNull();
  });

  test.each([
    ["one zone with multi-az", { constraints: { availability: "multi-az" } }, { multiAz: false }, "multiAz"],
    [
      "no key with compliance",
      { constraints: { compliance: ["popia"] } },
      { customerManagedKey: false },
      "customerManagedKey",
    ],
  ])("of %s names the parameter that contradicts", (_what, changes, parameters, name) => {
    const { smallestRelaxation } = tryOnce(database(changes, parameters), 1)!;
    expect(smallestRelaxation).toMatchObject({ field: `requires[0].parameters.${name}`, from: false });
  });

  test("of several kinds names them all", () => {
    const blocked = tryAll(
      database(
        { constraints: { region: "eu-west-1", monthlyCostLimitUsd: 1, availability: "multi-az" } },
        { multiAz: false },
      ),
    )!;
    expect(blocked.clashes.map(({ constraint }) => constraint)).toEqual([
      "constraints.region",
      "constraints.monthlyCostLimitUsd",
      "constraints.availability",
    ]);
    expect(relaxationsOf(blocked).map(({ field }) => field)).toEqual([
      "constraints.region",
      "requires[0].parameters.multiAz",
      "constraints.monthlyCostLimitUsd",
    ]);
    // Instead of one of them nothing would do by itself.
    expect(blocked.alternatives).toEqual([]);
    // A standby costs as much again: the limit is that of the design with it.
    const withStandby = database({ constraints: { availability: "multi-az" } });
    const { monthly } = priceOf(design(withStandby, 3).components, REGION);
    expect(blocked.together.at(-1)?.to).toBe(Math.ceil(monthly));
  });
});

describe("whatever the goal", () => {
  test("a clash is a complete answer with a way out", () => {
    fc.assert(
      fc.property(anyGoal, (goal) => {
        const blocked = tryAll(goal);
        if (!blocked) return;
        expect(designBlocked.parse(blocked)).toEqual(blocked);
        expect(blocked.smallestRelaxation.description).not.toBe("");
        expect(blocked.smallestRelaxation.from).not.toEqual(blocked.smallestRelaxation.to);
      }),
    );
  });

  test("everything agreed to at once ends in a design, and nothing of it could be left out", () => {
    fc.assert(
      fc.property(anyGoal, (goal) => {
        const blocked = tryAll(goal);
        if (!blocked) return;
        const all = relaxationsOf(blocked);
        expect(tryAll(all.reduce(relax, goal))).toBeUndefined();
        for (const one of all) {
          const others = all.filter((other) => other !== one);
          expect(tryAll(others.reduce(relax, goal))).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  test("every alternative to the smallest relaxation is a change of the goal as well", () => {
    fc.assert(
      fc.property(anyGoal, (goal) => {
        for (const alternative of tryAll(goal)?.alternatives ?? []) {
          expect(relax(goal, alternative)).not.toEqual(goal);
        }
      }),
    );
  });
});
