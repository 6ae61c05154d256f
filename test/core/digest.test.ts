import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, digestOf, sha256 } from "../../core/digest.ts";
import type { Json } from "../../core/template/template.ts";
import { alterations, json, shuffled } from "../support/json.ts";

test("the order of keys never matters", () => {
  fc.assert(
    fc.property(json, fc.infiniteStream(fc.nat()), (value, weights) => {
      const anyOrder = (keys: string[]) =>
        keys
          .map((key) => ({ key, weight: weights.next().value as number }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ key }) => key);
      expect(digestOf(shuffled(value, anyOrder))).toBe(digestOf(value));
    }),
  );
});

test("two values have one digest exactly when they are the same value", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(digestOf(a) === digestOf(b)).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test("any change anywhere in a value changes its digest", () => {
  fc.assert(
    fc.property(json, (value) => {
      for (const { path, altered } of alterations(value)) {
        expect(digestOf(altered), path).not.toBe(digestOf(value));
      }
    }),
  );
});

test("the canonical text is JSON of the same value", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(sorted(JSON.parse(canonicalJson(value)))).toEqual(sorted(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test("keys are ordered by their UTF-16 code units, as RFC 8785 demands", () => {
  const text = canonicalJson({
    "\u20ac": 1,
    "\r": 2,
    "\ufb33": 3,
    "1": 4,
    "\u{1f600}": 5,
    "\u0080": 6,
    "\u00f6": 7,
  });
  expect(Object.keys(JSON.parse(text) as object).slice(1)).toEqual([
    "\r",
    "\u0080",
    "\u00f6",
    "\u20ac",
    "\u{1f600}",
    "\ufb33",
  ]);
});

test.each([
  ["nothing at all", undefined],
  ["a function", () => 1],
  ["a number that is none", Number.NaN],
  ["an infinite number", { a: [Number.POSITIVE_INFINITY] }],
  ["half a character", { a: "\ud83d" }],
])("%s has no canonical form", (_what, value) => {
  expect(() => canonicalJson(value)).toThrow();
});

test("the hash is the SHA-256 of the UTF-8 bytes", () => {
  // FIPS 180-2, appendix B.1.
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256("é")).toBe(sha256(new Uint8Array([0xc3, 0xa9])));
});

function sorted(value: Json): Json {
  return shuffled(value, (keys) => keys.sort());
}
