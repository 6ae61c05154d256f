import fc from "fast-check";
import { expect, test } from "vitest";
import { estimate, templateResources } from "../../../core/cost/estimate.ts";

const template = {
  Parameters: {
    Size: { Type: "String", Default: "t3.micro" },
    Disk: { Type: "Number", Default: 30 },
    Stage: { Type: "String", Default: "dev" },
    Subnets: { Type: "CommaDelimitedList", Default: "subnet-1, subnet-2" },
    Image: { Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: "/aws/service/ami" },
    Password: { Type: "String", NoEcho: true },
  },
  Mappings: { BySize: { dev: { Class: "db.t4g.micro" }, prod: { Class: "db.m5.large" } } },
  Conditions: {
    IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
    IsDev: { "Fn::Not": [{ Condition: "IsProd" }] },
    Either: { "Fn::Or": [{ Condition: "IsProd" }, { Condition: "IsDev" }] },
    Both: { "Fn::And": [{ Condition: "IsProd" }, { Condition: "IsDev" }] },
    Secret: { "Fn::Equals": [{ Ref: "Password" }, "x"] },
    Circle: { "Fn::Not": [{ Condition: "Circle" }] },
  },
  Resources: {
    Machine: {
      Type: "AWS::EC2::Instance",
      Properties: {
        InstanceType: { Ref: "Size" },
        ImageId: { Ref: "Image" },
        BlockDeviceMappings: [{ Ebs: { VolumeSize: { Ref: "Disk" }, VolumeType: "gp3" } }],
        SubnetId: { Ref: "Network" },
      },
    },
    Database: {
      Type: "AWS::RDS::DBInstance",
      Properties: {
        Engine: "postgres",
        AllocatedStorage: { Ref: "Disk" },
        DBInstanceClass: { "Fn::FindInMap": ["BySize", { Ref: "Stage" }, "Class"] },
        MultiAZ: { "Fn::If": ["IsProd", true, { Ref: "AWS::NoValue" }] },
      },
    },
    OnlyInProd: { Type: "AWS::EC2::NatGateway", Condition: "IsProd", Properties: {} },
    OnlyInDev: { Type: "AWS::SQS::Queue", Condition: "IsDev" },
    InEither: { Type: "AWS::SQS::Queue", Condition: "Either" },
    InBoth: { Type: "AWS::SQS::Queue", Condition: "Both" },
    Perhaps: { Type: "AWS::SQS::Queue", Condition: "Secret" },
    Circular: { Type: "AWS::SQS::Queue", Condition: "Circle" },
    Endpoint: {
      Type: "AWS::EC2::VPCEndpoint",
      Properties: { VpcEndpointType: "Interface", SubnetIds: { Ref: "Subnets" } },
    },
    Network: { Type: "AWS::EC2::Subnet", Properties: { MapPublicIpOnLaunch: false } },
  },
};

test("parameters, mappings and conditions are decided as far as their defaults go", () => {
  const resources = templateResources(template);
  expect(resources.map(({ address }) => address)).toEqual([
    "Machine",
    "Database",
    "OnlyInDev",
    "InEither",
    "Perhaps",
    "Circular",
    "Endpoint",
    "Network",
  ]);
  const { Machine, Database } = Object.fromEntries(
    resources.map(({ address, properties }) => [address, properties]),
  );
  expect(Machine).toMatchObject({ InstanceType: "t3.micro", ImageId: { Ref: "Image" } });
  expect(Database).toMatchObject({ DBInstanceClass: "db.t4g.micro", MultiAZ: { Ref: "AWS::NoValue" } });
});

test("a template with defaults is priced whole", () => {
  const cost = estimate(templateResources(template), { region: "us-east-1", usage: { profile: "idle" } });
  expect(cost.unpriced).toEqual([]);
  // t3.micro 7.592 + 30 GB 2.40; db.t4g.micro 11.68 + 30 GB 3.45; two zones of an endpoint 14.60
  expect(cost.monthly).toBeCloseTo(7.592 + 2.4 + 11.68 + 3.45 + 14.6, 6);
});

test("given parameters count before defaults, and a region decides a mapping by region", () => {
  const parameters = { Stage: "prod" };
  const resources = templateResources(template, { parameters });
  expect(resources.map(({ address }) => address)).toContain("OnlyInProd");
  const byRegion = {
    Mappings: { R: { "us-east-1": { T: "t3.micro" } } },
    Resources: {
      M: {
        Type: "AWS::EC2::Instance",
        Properties: { InstanceType: { "Fn::FindInMap": ["R", { Ref: "AWS::Region" }, "T"] } },
      },
    },
  };
  expect(templateResources(byRegion, { region: "us-east-1" })[0]?.properties).toEqual({
    InstanceType: "t3.micro",
  });
  expect(templateResources(byRegion)[0]?.properties).toEqual(byRegion.Resources.M.Properties);
});

test.each([
  ["no resources", {}],
  ["resources that are a list", { Resources: [1, 2] }],
  ["resources that are text", { Resources: "none" }],
  ["nothing for resources", { Resources: null }],
])("a template with %s holds none", (_what, odd) => {
  expect(templateResources(odd)).toEqual([]);
});

test("a resource without a type is told, not dropped", () => {
  const odd = {
    Resources: { A: null, B: { Type: 7 }, C: "text", D: { Type: "AWS::SQS::Queue", Properties: "text" } },
  };
  const cost = estimate(templateResources(odd), { region: "us-east-1" });
  expect(cost.unpriced.map(({ address }) => address)).toEqual(expect.arrayContaining(["A", "B", "C"]));
  expect([...cost.resources, ...cost.unpriced].map(({ address }) => address)).toContain("D");
});

test("nesting without end stops", () => {
  const deep: Record<string, unknown> = {};
  let at = deep;
  for (let level = 0; level < 20_000; level += 1) {
    const next: Record<string, unknown> = {};
    at["Fn::If"] = ["C", next, next];
    at = next;
  }
  const circle: Record<string, unknown> = { Type: "AWS::SQS::Queue" };
  circle["Properties"] = { self: circle };
  const odd = {
    Conditions: { C: { "Fn::Equals": ["a", "a"] }, Deep: deep },
    Resources: {
      A: { Type: "AWS::SQS::Queue", Properties: { deep } },
      B: circle,
      C: { ...circle, Condition: "Deep" },
    },
  };
  expect(templateResources(odd).map(({ address }) => address)).toEqual(["A", "B", "C"]);
});

test("a chain of conditions, however long, ends", () => {
  const chain = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [`C${at}`, { "Fn::Not": [{ Condition: `C${at + 1}` }] }]),
  );
  const odd = { Conditions: chain, Resources: { A: { Type: "AWS::SQS::Queue", Condition: "C0" } } };
  expect(templateResources(odd).map(({ address }) => address)).toEqual(["A"]);
});

test("what a file holds once under a thousand million names is looked at once", () => {
  const bomb = Array.from({ length: 9 }).reduce<unknown>(
    (inner) => Array.from({ length: 10 }, () => inner),
    "ha",
  );
  const odd = { Resources: { A: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: bomb } } } };
  const cost = estimate(templateResources(odd), { region: "us-east-1" });
  expect(cost.unpriced.map(({ why }) => why)).toEqual(["requests: FifoQueue is not a value we can price"]);
});

test("no JSON crashes it, and each of its resources is in the estimate", () => {
  const property = fc.oneof(
    fc.jsonValue(),
    fc.record({ Ref: fc.string() }),
    fc.record({ "Fn::If": fc.array(fc.jsonValue()) }),
    fc.record({ "Fn::FindInMap": fc.array(fc.jsonValue()) }),
  );
  const types = [
    "AWS::EC2::Instance",
    "AWS::RDS::DBInstance",
    "AWS::ECS::Service",
    "AWS::Lambda::Function",
    "X",
  ];
  const resource = fc.record({
    Type: fc.constantFrom(...types),
    Properties: fc.dictionary(fc.string(), property),
  });
  const any = fc.record({
    Parameters: fc.jsonValue(),
    Conditions: fc.jsonValue(),
    Mappings: fc.jsonValue(),
    Resources: fc.dictionary(fc.string(), fc.oneof(resource, fc.jsonValue())),
  });
  fc.assert(
    fc.property(any, (odd) => {
      const resources = templateResources(odd);
      const cost = estimate(resources, { region: "af-south-1" });
      const told = new Set([...cost.resources, ...cost.unpriced].map(({ address }) => address));
      expect(resources.filter(({ address }) => !told.has(address))).toEqual([]);
    }),
  );
});
