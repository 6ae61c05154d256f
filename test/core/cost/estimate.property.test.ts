import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CostEstimate,
  type CostedResource,
  type EstimateOptions,
  estimate,
} from "../../../core/cost/estimate.ts";
import { FREE_TYPES } from "../../../core/cost/free.ts";
import { PRICED_TYPES } from "../../../core/cost/services.ts";
import { PRICE_SHEET } from "../../../core/cost/sheet.ts";
import { USAGE } from "../../../core/cost/usage.ts";
import { COMPANIONS, EXAMPLES, type Example } from "./examples.ts";

const REGIONS = PRICE_SHEET.regions;
const region = fc.constantFrom(...REGIONS, "mars-1");
const profile = fc.constantFrom("typical" as const, "idle" as const);

/** A resource as one of the examples has it, or of a free or an unheard-of type. */
const resource: fc.Arbitrary<CostedResource> = fc
  .record({
    address: fc.string({ minLength: 1, maxLength: 8 }),
    example: fc.constantFrom(
      ...EXAMPLES,
      { type: "AWS::IAM::Role", properties: {} },
      { type: "AWS::Moon::Base", properties: {} },
    ),
    count: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
  })
  .map(({ address, example, count }) => ({ address, ...example, count }));

/** Some of the resources that the examples point at are there, others are not. */
const resources = fc
  .tuple(
    fc.subarray([...COMPANIONS]),
    fc.uniqueArray(resource, { maxLength: 12, selector: ({ address }) => address }),
  )
  .map(([companions, others]) => [...companions, ...others]);

/** One example at the address "x", with everything it may point at; only its own part of the estimate. */
function priceOf(example: Example, options: EstimateOptions): CostEstimate {
  const cost = estimate([{ address: "x", ...example }, ...COMPANIONS], options);
  const own = <T extends { address: string }>(parts: readonly T[]) =>
    parts.filter(({ address }) => address === "x");
  const [priced, unpriced] = [own(cost.resources), own(cost.unpriced)];
  return { ...cost, resources: priced, unpriced, monthly: addUp(priced), atLeast: unpriced.length > 0 };
}

function addUp(parts: readonly { monthly: number }[]): number {
  return parts.reduce((total, { monthly }) => total + monthly, 0);
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

test("the total is the sum of the resources, and each resource the sum of its lines", () => {
  fc.assert(
    fc.property(resources, region, profile, (all, where, which) => {
      const cost = estimate(all, { region: where, usage: { profile: which } });
      expect(near(cost.monthly, addUp(cost.resources))).toBe(true);
      for (const { monthly, lines } of cost.resources) expect(near(monthly, addUp(lines))).toBe(true);
      for (const { quantity, unitPrice, monthly } of cost.resources.flatMap(({ lines }) => lines)) {
        expect(near(monthly, quantity * unitPrice)).toBe(true);
      }
    }),
  );
});

test("every resource is in the estimate, with lines or with a reason, and never with a silent zero", () => {
  fc.assert(
    fc.property(resources, region, profile, (all, where, which) => {
      const cost = estimate(all, { region: where, usage: { profile: which } });
      const told = new Set([...cost.resources, ...cost.unpriced].map(({ address }) => address));
      for (const { address } of all) expect(told).toContain(address);
      for (const { lines } of cost.resources) expect(lines.length).toBeGreaterThan(0);
      for (const { why } of cost.unpriced) expect(why).toMatch(/\w+ \w+/);
      expect(cost.atLeast).toBe(cost.unpriced.length > 0);
    }),
  );
});

test("a price of nothing is always explained", () => {
  fc.assert(
    fc.property(resources, region, profile, (all, where, which) => {
      const lines = estimate(all, { region: where, usage: { profile: which } }).resources.flatMap(
        (r) => r.lines,
      );
      for (const { item, unitPrice } of lines) if (unitPrice === 0) expect(item).toMatch(/^no charge: ./);
    }),
  );
});

test("the order of the resources changes no figure", () => {
  fc.assert(
    fc.property(resources, region, fc.nat(), (all, where, turn) => {
      const at = all.length > 0 ? turn % all.length : 0;
      const turned = [...all.slice(at), ...all.slice(0, at)].reverse();
      const [one, other] = [estimate(all, { region: where }), estimate(turned, { region: where })];
      expect(other.monthly).toBe(one.monthly);
      expect(other.assumptions).toEqual(one.assumptions);
      expect(byAddress(other)).toEqual(byAddress(one));
    }),
  );
});

function byAddress({ resources: priced }: CostEstimate) {
  return [...priced].sort((a, b) => (a.address < b.address ? -1 : 1));
}

test("one more resource never lowers the total, even one that others point at", () => {
  fc.assert(
    fc.property(resources, fc.oneof(resource, fc.constantFrom(...COMPANIONS)), region, (all, more, where) => {
      fc.pre(all.every(({ address }) => address !== more.address));
      const before = estimate(all, { region: where }).monthly;
      const after = estimate([...all, more], { region: where }).monthly;
      expect(after).toBeGreaterThanOrEqual(before);
    }),
  );
});

test("more of a resource never costs less", () => {
  fc.assert(
    fc.property(resource, fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), region, (one, less, extra, where) => {
      const [few, many] = [less, less + extra].map(
        (count) => estimate([{ ...one, count }], { region: where }).monthly,
      ) as [number, number];
      expect(many).toBeGreaterThanOrEqual(few * (1 - 1e-12));
    }),
  );
});

const usageKeys = Object.entries(USAGE).flatMap(([type, keys]) =>
  Object.keys(keys).map((key) => [type, key] as const),
);

test.each(usageKeys)("more use of %s (%s) never costs less", (type, key) => {
  const quantity = fc.double({ min: 0, max: 1e9, noNaN: true });
  const examples = EXAMPLES.filter((example) => example.type === type);
  expect(examples.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(fc.constantFrom(...examples), quantity, quantity, (example, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map(
        (value) =>
          priceOf(example, { region: "us-east-1", usage: { types: { [type]: { [key]: value } } } }).monthly,
      ) as [number, number];
      expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-12));
    }),
    { numRuns: 30 },
  );
});

test("every key of the usage file changes some price or makes something unpriced", () => {
  const idle = usageKeys.filter(([type, key]) =>
    EXAMPLES.filter((example) => example.type === type).every((example) => {
      const at = (value: number) => {
        const usage = { types: { [type]: { [key]: value } } };
        const { monthly, unpriced } = priceOf(example, { region: "us-east-1", usage });
        return JSON.stringify([monthly, unpriced]);
      };
      return at(0) === at(1e6);
    }),
  );
  expect(idle).toEqual([]);
});

test.each(PRICED_TYPES)(
  "%s has an example that is priced whole in us-east-1, and every region says something",
  (type) => {
    const examples = EXAMPLES.filter((example) => example.type === type);
    expect(examples.length).toBeGreaterThan(0);
    const whole = examples.some(
      (example) => !priceOf(example, { region: "us-east-1", usage: { profile: "idle" } }).atLeast,
    );
    expect(whole).toBe(true);
    for (const where of [...REGIONS, "mars-1"]) {
      for (const example of examples) {
        const cost = priceOf(example, { region: where });
        expect(cost.resources.length + cost.unpriced.length).toBeGreaterThan(0);
      }
    }
  },
);

test("no type is both free and priced", () => {
  expect(FREE_TYPES.filter((type) => PRICED_TYPES.includes(type))).toEqual([]);
  expect(new Set(FREE_TYPES).size).toBe(FREE_TYPES.length);
});

test("a region without prices prices nothing but what is free or lies in another region", () => {
  const elsewhere = ["AWS::DynamoDB::GlobalTable", "AWS::SecretsManager::Secret"];
  const all = EXAMPLES.filter(({ type }) => !elsewhere.includes(type));
  for (const example of all) {
    const cost = priceOf(example, { region: "mars-1" });
    const lines = cost.resources.flatMap((priced) => priced.lines);
    expect(lines.filter(({ item }) => !item.startsWith("no charge"))).toEqual([]);
    if (lines.length === 0) expect(cost.unpriced[0]?.why).toMatch(/mars-1|price|known/);
  }
});
