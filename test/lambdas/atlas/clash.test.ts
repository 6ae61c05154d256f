import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DesignBlocked, designBlocked } from "../../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../../core/artifacts/goal-statement.ts";
import { relax } from "../../../core/plan/relax.ts";
import { clashOf } from "../../../lambdas/atlas/clash.ts";
import { design } from "../../../lambdas/atlas/design.ts";
import { priceOf } from "../../../lambdas/atlas/price.ts";
import { aGoal, anyGoal } from "../../support/goals.ts";

const REGION = "af-south-1";

function tryOnce(goal: GoalStatement, attempt: number): DesignBlocked | undefined {
  const made = design(goal, attempt);
  return clashOf(goal, made, priceOf(made.components, REGION), { region: REGION, attempt });
}

/** As the pipeline does: three attempts, each more frugal, before people are asked. */
function tryAll(goal: GoalStatement): DesignBlocked | undefined {
  let blocked: DesignBlocked | undefined;
  for (const attempt of [1, 2, 3]) {
    blocked = tryOnce(goal, attempt);
    if (!blocked) return undefined;
  }
  return blocked;
}

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
    expect(blocked.alternatives.length).toBeGreaterThanOrEqual(2);
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

  test("the smallest relaxation resolves its clash, and agreed to one after the other they end in a design", () => {
    fc.assert(
      fc.property(anyGoal, (goal) => {
        let relaxed = goal;
        for (let round = 0; round < 12; round++) {
          const blocked = tryAll(relaxed);
          if (!blocked) return;
          const { smallestRelaxation, clashes } = blocked;
          relaxed = relax(relaxed, smallestRelaxation);
          const left = tryAll(relaxed)?.clashes ?? [];
          expect(
            left.length === clashes.length &&
              left[0]?.constraint === clashes[0]?.constraint &&
              left[0]?.needed === clashes[0]?.needed,
          ).toBe(false);
        }
        expect(tryAll(relaxed)).toBeUndefined();
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
