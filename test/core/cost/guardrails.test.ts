import fc from "fast-check";
import { expect, test } from "vitest";
import { guardrailFindings, guardrails } from "../../../core/cost/guardrails.ts";

const cost = (before: number, after: number) => ({
  monthlyBefore: before,
  monthlyAfter: after,
  monthlyDelta: after - before,
});
const rules = (before: number, after: number, limits: unknown) =>
  guardrailFindings(cost(before, after), guardrails.parse(limits)).map(
    ({ rule, severity }) => `${severity} ${rule}`,
  );

test.each<[string, number, number, unknown, string[]]>([
  ["nothing is asked", 0, 1e6, {}, []],
  ["all costs more than it may", 0, 101, { absolute: { usd: 100 } }, ["error monthly-cost-limit"]],
  ["all costs as much as it may", 0, 100, { absolute: { usd: 100 } }, []],
  ["a change adds too much", 50, 80, { increase: { usd: 20 } }, ["error cost-delta-monthly-limit"]],
  [
    "a change adds too much and is only told",
    50,
    80,
    { increase: { usd: 20, action: "warn" } },
    ["warning cost-delta-monthly-limit"],
  ],
  [
    "a change adds too much in percent",
    100,
    121,
    { percentage: { percent: 20 } },
    ["error cost-percentage-limit"],
  ],
  ["a first deployment has no percentage", 0, 500, { percentage: { percent: 20 } }, []],
  ["a budget is crossed", 90, 110, { budget: { usd: 100, action: "warn" } }, ["warning budget-crossed"]],
  ["a budget was crossed before", 110, 120, { budget: { usd: 100 } }, []],
  ["a budget's line is crossed", 79, 81, { budget: { usd: 100, line: 0.8 } }, ["error budget-crossed"]],
  ["a budget's line is reached", 79, 80, { budget: { usd: 100, line: 0.8 } }, []],
  [
    "something becomes cheaper",
    110,
    20,
    { budget: { usd: 100 }, increase: { usd: 0 }, percentage: { percent: 0 } },
    [],
  ],
])("%s", (_what, before, after, limits, expected) => {
  expect(rules(before, after, limits)).toEqual(expected);
});

test("a limit never finds anything against a change that costs nothing more", () => {
  const usd = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(usd, usd, usd, (before, less, limit) => {
      const after = Math.min(before, less);
      expect(
        rules(before, after, {
          increase: { usd: limit },
          percentage: { percent: limit },
          budget: { usd: limit },
        }),
      ).toEqual([]);
    }),
  );
});
