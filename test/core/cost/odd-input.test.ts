import fc from "fast-check";
import { expect, test } from "vitest";
import { estimate } from "../../../core/cost/estimate.ts";
import { PRICED_TYPES } from "../../../core/cost/services.ts";
import { EXAMPLES } from "./examples.ts";

const region = "us-east-1";

function priceOf(type: string, properties: object, count?: number) {
  return estimate([{ address: "x", type, properties: properties as Record<string, unknown>, count }], {
    region,
  });
}

test.each([
  ["numbers as text", { AllocatedStorage: "20", MultiAZ: "false", Iops: " 0 " }],
  ["numbers as numbers", { AllocatedStorage: 20, MultiAZ: false, Iops: 0 }],
])("a database with %s is priced", (_what, odd) => {
  const cost = priceOf("AWS::RDS::DBInstance", {
    Engine: "Postgres",
    DBInstanceClass: "db.t4g.micro",
    StorageType: "gp3",
    ...odd,
  });
  expect(cost.atLeast).toBe(false);
  expect(cost.monthly).toBeCloseTo(13.98, 9);
});

test.each([
  ["unknown", { Ref: "SizeParameter" }],
  ["computed", { "Fn::GetAtt": ["Other", "Size"] }],
  ["left undefined", undefined],
  ["negative", -5],
  ["a word", "big"],
  ["not a number", Number.NaN],
  ["endless", Number.POSITIVE_INFINITY],
  ["an object", { gigabytes: 5 }],
  ["a list", [5]],
  ["null", null],
])("a size that is %s is a reason, not a zero", (_what, Size) => {
  const cost = priceOf("AWS::EC2::Volume", { Size });
  expect(cost.resources).toEqual([]);
  expect(cost.unpriced[0]?.why).toMatch(/^volume: Size /);
});

test("a value that is left out on purpose is as good as absent", () => {
  const cost = priceOf("AWS::SQS::Queue", { FifoQueue: { Ref: "AWS::NoValue" } });
  expect(cost.resources[0]?.lines[0]?.unitPrice).toBe(4e-7);
});

test("an element of a list that is unknown makes what depends on it unknown, one left out on purpose counts for nothing", () => {
  const unknown = priceOf("AWS::Lambda::Function", { Architectures: [{ Ref: "Architecture" }] });
  expect(unknown.unpriced[0]?.why).toBe("duration: Architectures[0] is known only after deployment (Ref)");
  const endpoint = { VpcEndpointType: "Interface", SubnetIds: ["a", { Ref: "AWS::NoValue" }, { Ref: "B" }] };
  expect(priceOf("AWS::EC2::VPCEndpoint", endpoint).resources[0]?.lines[0]?.quantity).toBe(1460);
});

test("one unknown property costs a resource only the part that depends on it", () => {
  const cost = priceOf("AWS::Lambda::Function", { MemorySize: { Ref: "Memory" } });
  expect(cost.resources[0]?.lines.map(({ item }) => item)).toEqual(["requests"]);
  expect(cost.unpriced[0]?.why).toContain("MemorySize is known only after deployment");
  expect(cost.atLeast).toBe(true);
});

test.each([
  [
    "an engine",
    "AWS::RDS::DBInstance",
    { Engine: "oracle-ee", DBInstanceClass: "db.t4g.micro" },
    "oracle-ee",
  ],
  [
    "a class",
    "AWS::RDS::DBInstance",
    { Engine: "mysql", DBInstanceClass: "db.z9.huge", AllocatedStorage: 20 },
    "z9.huge",
  ],
  ["an instance type", "AWS::EC2::Instance", { InstanceType: "constructor" }, "constructor"],
  ["a storage type", "AWS::EC2::Volume", { Size: 1, VolumeType: "gp9" }, "gp9"],
  ["a type of resource", "AWS::Redshift::Cluster", {}, "no prices"],
  ["a type of another cloud", "google_compute_instance", {}, "not a type of AWS"],
  ["a SAM function", "AWS::Serverless::Function", {}, "SAM"],
  ["a nested stack", "AWS::CloudFormation::Stack", {}, "nested stack"],
  ["a custom resource", "Custom::Thing", {}, "custom resource"],
])("%s without a price is unpriced with a sentence", (_what, type, properties, why) => {
  const cost = priceOf(type, properties);
  expect(cost.atLeast).toBe(true);
  expect(cost.unpriced.map((unpriced) => unpriced.why).join()).toContain(why);
});

test("a class that a region lacks is unpriced there and priced elsewhere", () => {
  const properties = { Engine: "redis", CacheNodeType: "cache.t4g.micro", NumCacheNodes: 1 };
  const cache = [{ address: "x", type: "AWS::ElastiCache::CacheCluster", properties }];
  expect(estimate(cache, { region: "af-south-1" }).unpriced[0]?.why).toContain("in af-south-1");
  expect(estimate(cache, { region: "us-east-1" }).monthly).toBeCloseTo(11.68, 9);
});

test.each([-1, 1.5e16, Number.NaN, Number.POSITIVE_INFINITY, "3" as unknown as number])(
  "a count of %s is a reason",
  (count) => {
    const cost = priceOf("AWS::EC2::EIP", {}, count);
    expect(cost.monthly).toBe(0);
    expect(cost.unpriced[0]?.why).toContain("how many");
  },
);

test("a count multiplies, and none of something costs nothing", () => {
  expect(priceOf("AWS::EC2::EIP", {}, 3).monthly).toBeCloseTo(10.95, 9);
  expect(priceOf("AWS::EC2::EIP", {}, 0).monthly).toBe(0);
});

test("a quantity beyond all reason is unpriced, and the rest of the total keeps its cents", () => {
  const cost = estimate(
    [
      { address: "huge", type: "AWS::EC2::Volume", properties: { Size: 1e308 } },
      { address: "ip", type: "AWS::EC2::EIP", properties: {} },
    ],
    { region },
  );
  expect(cost.monthly).toBeCloseTo(3.65, 9);
  expect(cost.unpriced.map(({ address }) => address)).toEqual(["huge"]);
});

test("read replicas that point in a circle end", () => {
  const replica = (address: string, source: string) => ({
    address,
    type: "AWS::RDS::DBInstance",
    properties: { DBInstanceClass: "db.t4g.micro", SourceDBInstanceIdentifier: { Ref: source } },
  });
  const cost = estimate([replica("a", "b"), replica("b", "a")], { region });
  expect(cost.unpriced.map(({ why }) => why)).toEqual([
    "database: a.Engine is not given",
    "database: b.Engine is not given",
  ]);
});

test("names of an object's own machinery are names like others", () => {
  const names = ["__proto__", "constructor", "toString"];
  const cost = estimate(
    names.map((address) => ({ address, type: address, properties: {} })),
    { region, usage: { types: JSON.parse('{"__proto__":{"a":1}}') } },
  );
  expect(cost.unpriced.map(({ address }) => address)).toEqual(names);
});

test("no property of any shape crashes a type, or makes it vanish or cost less than nothing", () => {
  const keys = [...new Set(EXAMPLES.flatMap(({ properties }) => Object.keys(properties)))];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constant(undefined),
    fc.double(),
    fc.record({ Ref: fc.constantFrom("x", "y", "AWS::Region", "AWS::NoValue") }),
    fc.constantFrom(...EXAMPLES.flatMap(({ properties }) => Object.values(properties))),
  );
  const properties = fc.dictionary(fc.constantFrom(...keys), value);
  fc.assert(
    fc.property(fc.constantFrom(...PRICED_TYPES), properties, (type, odd) => {
      const cost = priceOf(type, odd);
      expect(cost.resources.length + cost.unpriced.length).toBeGreaterThan(0);
      expect(cost.monthly).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(cost.monthly)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
