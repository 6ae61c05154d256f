import fc from "fast-check";
import { expect, test } from "vitest";
import { type Amounts, KINDS, NOTHING, plus } from "../../../core/budget/amounts.ts";
import {
  admit,
  type Counters,
  extend,
  fresh,
  giveBack,
  take,
  unpromise,
} from "../../../core/budget/budget.ts";

const amounts = fc.record({
  tokens: fc.nat(100),
  milliseconds: fc.nat(100),
  microUsd: fc.nat(100),
});
const only = (tokens: number): Amounts => ({ ...NOTHING, tokens });

const step = fc.oneof(
  fc.record({ does: fc.constant("take" as const), amounts }),
  fc.record({ does: fc.constant("settle" as const), which: fc.nat(), spent: amounts }),
  fc.record({ does: fc.constant("extend" as const), amounts }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test("no sequence of spending, settling and granting leaves less than nothing or more than the cap", () => {
  fc.assert(
    fc.property(amounts, fc.array(step, { maxLength: 40 }), (cap, steps) => {
      let counters = fresh(cap);
      const open: Amounts[] = [];
      for (const one of steps) {
        counters = after(counters, one, open);
        expectWithinCap(counters);
      }
    }),
    { numRuns: 300 },
  );
});

test("as long as nobody spends more than was reserved, what is gone is exactly what was spent or is reserved", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ amounts, share: fc.integer({ min: 0, max: 100 }), settled: fc.boolean() })),
      (spends) => {
        let counters = fresh({ tokens: 5000, milliseconds: 5000, microUsd: 5000 });
        let gone = NOTHING;
        for (const { amounts: reserved, share, settled } of spends) {
          const left = tryTake(counters, reserved);
          if (!left) continue;
          const spent = shareOf(reserved, share);
          counters = settled ? giveBack(left, reserved, spent) : left;
          gone = plus(gone, settled ? spent : reserved);
        }
        for (const kind of KINDS) expect(counters.cap[kind] - counters.remaining[kind]).toBe(gone[kind]);
      },
    ),
  );
});

test("a reservation is taken whole or not at all, to the last unit", () => {
  const counters = fresh({ tokens: 10, milliseconds: 10, microUsd: 10 });
  expect(take(counters, counters.cap, "x").remaining).toEqual(NOTHING);
  for (const kind of KINDS) {
    expect(() => take(counters, { ...counters.cap, [kind]: 11 }, "the shop")).toThrow(
      expect.objectContaining({ name: "BudgetExhausted", message: expect.stringContaining("the shop") }),
    );
  }
});

test("what was spent beyond its reservation is taken too, and no debt remains", () => {
  const held = take(fresh(only(100)), only(10), "x");
  expect(giveBack(held, only(10), only(30)).remaining.tokens).toBe(70);
  expect(giveBack(held, only(10), only(500)).remaining.tokens).toBe(0);
});

test("the forecast counts what was spent, what is promised and what is asked for", () => {
  const day = { ...fresh(only(100)), remaining: only(70), promised: only(20) };
  expect(admit(day, only(30), 0.8).promised).toEqual(only(50));
  expect(() => admit(day, only(31), 0.8)).toThrow(expect.objectContaining({ name: "BudgetBrake" }));
});

test("whatever is admitted, spent and dismissed, no pipeline begins above the brake", () => {
  const pipeline = fc.record({ expected: fc.nat(40), spent: fc.nat(40), ends: fc.boolean() });
  fc.assert(
    fc.property(fc.array(pipeline), fc.integer({ min: 1, max: 100 }), (pipelines, percent) => {
      let day = fresh(only(100));
      let promised = 0;
      for (const { expected, spent, ends } of pipelines) {
        const before = 100 - day.remaining.tokens + promised + expected;
        const admitted = tryAdmit(day, only(expected), percent / 100);
        expect(admitted !== undefined).toBe(before <= 100 * (percent / 100));
        if (!admitted) continue;
        day = tryTake(admitted, only(spent)) ?? admitted;
        promised += expected;
        if (ends) {
          day = unpromise(day, only(expected));
          promised -= expected;
        }
        expect(day.promised.tokens).toBe(promised);
      }
    }),
  );
});

test("a promise taken back twice does not eat another's below nothing", () => {
  const day = unpromise(unpromise({ ...fresh(only(100)), promised: only(10) }, only(8)), only(8));
  expect(day.promised).toEqual(NOTHING);
});

/** The counters after one step; `open` holds what is reserved and not settled. */
function after(counters: Counters, one: Step, open: Amounts[]): Counters {
  if (one.does === "extend") return extend(counters, one.amounts);
  if (one.does === "settle") {
    const [reserved] = open.splice(one.which % Math.max(1, open.length), 1);
    return reserved ? giveBack(counters, reserved, one.spent) : counters;
  }
  const left = tryTake(counters, one.amounts);
  if (left) open.push(one.amounts);
  return left ?? counters;
}

function tryTake(counters: Counters, wanted: Amounts): Counters | undefined {
  try {
    return take(counters, wanted, "x");
  } catch {
    return undefined;
  }
}

function tryAdmit(day: Counters, expected: Amounts, brake: number): Counters | undefined {
  try {
    return admit(day, expected, brake);
  } catch {
    return undefined;
  }
}

function shareOf(whole: Amounts, percent: number): Amounts {
  const part = (amount: number) => Math.floor((amount * percent) / 100);
  return {
    tokens: part(whole.tokens),
    milliseconds: part(whole.milliseconds),
    microUsd: part(whole.microUsd),
  };
}

function expectWithinCap({ cap, remaining }: Counters): void {
  for (const kind of KINDS) {
    expect(remaining[kind]).toBeGreaterThanOrEqual(0);
    expect(remaining[kind]).toBeLessThanOrEqual(cap[kind]);
  }
}
