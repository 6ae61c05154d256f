import fc from "fast-check";
import { expect, test } from "vitest";
import {
  describeAmount,
  KINDS,
  microUsd,
  minus,
  plus,
  shortOf,
  usdOf,
} from "../../../core/budget/amounts.ts";

const amounts = fc.record({ tokens: fc.nat(), milliseconds: fc.nat(), microUsd: fc.nat() });

test("what is added and taken away again leaves the same", () => {
  fc.assert(
    fc.property(amounts, amounts, (a, b) => {
      expect(minus(plus(a, b), b)).toEqual(a);
    }),
  );
});

test("something is short exactly when one kind is", () => {
  fc.assert(
    fc.property(amounts, amounts, (have, want) => {
      const short = shortOf(have, want);
      expect(short !== undefined).toBe(KINDS.some((kind) => have[kind] < want[kind]));
      if (short) expect(have[short]).toBeLessThan(want[short]);
    }),
  );
});

test("a spend is never counted as less than it is, to the thousandth of a millionth of a dollar", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (usd) => {
      expect(microUsd(usd)).toBeGreaterThanOrEqual(usd * 1e6 - 0.001);
      expect(microUsd(usd)).toBeLessThan(usd * 1e6 + 1);
    }),
  );
});

test("whole millionths stay what they are, whatever binary fractions make of them", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000_000 }), (micro) => {
      expect(microUsd(usdOf(micro))).toBe(micro);
    }),
  );
  expect(microUsd(0.1 + 0.2)).toBe(300_000);
});

test.each([
  ["tokens", 1200, "1200 tokens"],
  ["milliseconds", 270_000, "4.5 minutes of work"],
  ["microUsd", 1_250_000, "$1.25"],
] as const)("%s are told to people as such", (kind, amount, text) => {
  expect(describeAmount(kind, amount)).toBe(text);
});
