import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInput } from "../../../core/artifacts/parse.ts";
import {
  type Condition,
  type Conditioned,
  conditionFrom,
  conditions,
  narrowest,
  requireMet,
  requireWindow,
} from "../../../core/gate/conditions.ts";
import { aChange, aDossier } from "../../support/dossiers.ts";
import { AT, minutesAfter } from "../../support/records.ts";

/** As commands and forms write a condition. */
const conditionText = (one: Condition) => ("value" in one ? `${one.kind}=${one.value}` : one.kind);

const { changes, cost } = aDossier();
const about = (dossier: Partial<Conditioned["dossier"]> = {}, spentMicroUsd = 0): Conditioned => ({
  dossier: { changes, cost: { ...cost, monthlyAfter: 20, monthlyDelta: 5, atLeast: false }, ...dossier },
  spentMicroUsd,
});
const at = (minutes: number) => minutesAfter(minutes).toISOString();
const replaced = aChange({ logicalId: "Orders", action: "replace" });
const removed = aChange({ logicalId: "Jobs", action: "remove" });
const perhaps = aChange({
  logicalId: "Orders",
  changed: [{ path: "Properties.Name", requiresRecreation: "conditionally" }],
});
const dear = { ...cost, monthlyAfter: 20.01, monthlyDelta: 5.01, atLeast: false };
const unpriced = { ...cost, monthlyAfter: 1, monthlyDelta: 1, atLeast: true };

test.each<[Condition, Conditioned, string]>([
  [{ kind: "max_monthly_cost_usd", value: 20 }, about({ cost: dear }), "it costs $20.01"],
  [{ kind: "max_monthly_cost_usd", value: 20 }, about({ cost: unpriced }), "part of it has no price"],
  [{ kind: "max_monthly_rise_usd", value: 5 }, about({ cost: dear }), "it rises by $5.01"],
  [{ kind: "max_agent_cost_usd", value: 0.5 }, about({}, 500_001), "they have spent $0.500001"],
  [{ kind: "max_resources", value: 0 }, about(), "1 change"],
  [{ kind: "not_before", value: at(1) }, about(), AT],
  [{ kind: "not_after", value: at(0) }, about(), AT],
  [{ kind: "no_replacement" }, about({ changes: [replaced] }), "Orders may be replaced"],
  [{ kind: "no_replacement" }, about({ changes: [perhaps] }), "Orders may be replaced"],
  [{ kind: "no_removal" }, about({ changes: [removed] }), "Jobs would be removed"],
])("%j is not met by what is outside it, and says why", (condition, found, why) => {
  const met = () => requireMet([condition], found, minutesAfter(0));
  expect(met).toThrow(expect.objectContaining({ name: "ConditionUnmet" }));
  expect(met).toThrow(why);
});

test("what is within every condition is met, at its very edge too", () => {
  const all: Condition[] = [
    { kind: "max_monthly_cost_usd", value: 20 },
    { kind: "max_monthly_rise_usd", value: 5 },
    { kind: "max_agent_cost_usd", value: 0.5 },
    { kind: "max_resources", value: 1 },
    { kind: "not_before", value: at(0) },
    { kind: "not_after", value: at(1) },
    { kind: "no_replacement" },
    { kind: "no_removal" },
  ];
  expect(() => requireMet(all, about({}, 500_000), minutesAfter(0))).not.toThrow();
});

const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("max_monthly_cost_usd", "max_monthly_rise_usd", "max_agent_cost_usd"),
    value: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ kind: fc.constant("max_resources"), value: fc.integer({ min: 0, max: 3 }) }),
  fc.record({
    kind: fc.constantFrom("not_before", "not_after"),
    value: fc.integer({ min: -5, max: 5 }).map(at),
  }),
  fc.record({ kind: fc.constantFrom("no_replacement", "no_removal") }),
) as fc.Arbitrary<Condition>;

const holds = (all: readonly Condition[], found: Conditioned) => {
  try {
    requireMet(all, found, minutesAfter(0));
    return true;
  } catch {
    return false;
  }
};

test("a condition more never lets through what fewer refuse", () => {
  const found = fc.record({
    after: fc.integer({ min: 0, max: 40 }),
    delta: fc.integer({ min: 0, max: 40 }),
    spent: fc.integer({ min: 0, max: 40_000_000 }),
    changes: fc.subarray([aChange(), replaced, removed, perhaps]),
  });
  fc.assert(
    fc.property(
      fc.array(anyCondition),
      anyCondition,
      found,
      (all, more, { after, delta, spent, changes }) => {
        const world = about(
          { changes, cost: { ...cost, monthlyAfter: after, monthlyDelta: delta, atLeast: false } },
          spent,
        );
        expect(holds([...all, more], world)).toBe(holds(all, world) && holds([more], world));
        expect(holds(narrowest([...all, more]), world)).toBe(holds([...all, more], world));
      },
    ),
  );
});

describe("what is written as a condition", () => {
  test("is read back as it was", () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(parseInput(conditions, [conditionFrom(conditionText(condition))], "c")).toEqual([condition]);
      }),
    );
  });

  test.each([
    "at night",
    "max_resources",
    "max_resources=",
    "max_resources=many",
    "max_resources=-1",
    "max_resources=1.5",
  ])("%j is refused in one sentence that names the place", (text) => {
    const read = () => parseInput(conditions, [conditionFrom(text)], "--condition");
    expect(read).toThrow(expect.objectContaining({ name: "InvalidInput" }));
    expect(read).toThrow(/^--condition: \[0\][^\n]+$/);
  });

  test.each([
    "at night",
    { kind: "at_night" },
    { kind: "no_removal", value: 1 },
    { kind: "not_before", value: "soon" },
    3,
  ])("%j is refused where conditions are sent as data", (sent) => {
    expect(() => parseInput(conditions, [sent], "conditions")).toThrow(/^conditions: \[0\]/);
  });

  test("that nobody can check is told what can be, and where else to say it", () => {
    const read = () => parseInput(conditions, ["only at night"], "conditions");
    expect(read).toThrow(/must be one that is checked .*no_replacement.* into the notes/);
  });
});

describe("times that leave no time", () => {
  const usable = { usableUntil: at(60), now: minutesAfter(0) };
  test.each<[string, Condition[]]>([
    ["beginning when the approval ends", [{ kind: "not_before", value: at(60) }]],
    ["ending before now", [{ kind: "not_after", value: at(0) }]],
    [
      "ending before they begin",
      [
        { kind: "not_before", value: at(30) },
        { kind: "not_after", value: at(20) },
      ],
    ],
    [
      "of two people that never meet",
      [
        { kind: "not_before", value: at(10) },
        { kind: "not_after", value: at(30) },
        { kind: "not_before", value: at(40) },
      ],
    ],
  ])("%s are refused", (_what, all) => {
    expect(() => requireWindow(all, usable)).toThrow(
      expect.objectContaining({ name: "ConditionImpossible" }),
    );
  });

  test("leave others alone", () => {
    const all: Condition[] = [
      { kind: "not_before", value: at(10) },
      { kind: "not_after", value: at(11) },
    ];
    expect(() => requireWindow(all, usable)).not.toThrow();
    expect(() => requireWindow([], { ...usable, now: minutesAfter(90) })).not.toThrow();
  });
});
