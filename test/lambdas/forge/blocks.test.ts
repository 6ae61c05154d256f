import { describe, expect, test } from "vitest";
import { type Component, synthesize } from "../../../lambdas/forge/synthesize.ts";
import { CIRCUMSTANCES, component, contextOf, everyBlock, type Resource, resourcesOf } from "./plans.ts";

/** Types CloudFormation knows no tags of. */
const UNTAGGED = new Set([
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::EC2::Route",
  "AWS::EC2::SecurityGroupEgress",
  "AWS::EC2::SecurityGroupIngress",
  "AWS::EC2::SubnetRouteTableAssociation",
  "AWS::EC2::VPCCidrBlock",
  "AWS::Events::Archive",
  "AWS::IAM::Policy",
  "AWS::Lambda::Permission",
  "AWS::S3::BucketPolicy",
  "AWS::SQS::QueuePolicy",
]);

function tagsOf({ Properties }: Resource): Record<string, string> {
  const tags = Properties["Tags"] ?? [];
  if (!Array.isArray(tags)) return tags as Record<string, string>;
  return Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}

function only(plan: readonly Component[], type: string): Resource {
  const found = Object.values(resourcesOf(synthesize(plan, contextOf()))).filter(({ Type }) => Type === type);
  expect(found).toHaveLength(1);
  return found[0]!;
}

function variablesOf(plan: readonly Component[]): Record<string, unknown> {
  const { Properties } = only(plan, "AWS::Lambda::Function");
  return (Properties["Environment"] as { Variables: Record<string, unknown> }).Variables;
}

describe("tags", () => {
  const tags = { Owner: "anna", Project: "archives" };
  const resources = resourcesOf(synthesize(everyBlock({ customerManagedKey: true }), contextOf({ tags })));

  test("say of every resource that can have any whose it is and where it belongs", () => {
    for (const [id, resource] of Object.entries(resources).filter(([, { Type }]) => !UNTAGGED.has(Type)))
      expect([id, tagsOf(resource)]).toEqual([
        id,
        expect.objectContaining({ Environment: "dev", Owner: "anna", Name: expect.stringMatching(/./) }),
      ]);
  });

  test("of the caller's have the last word", () => {
    expect(tagsOf(resources["catalogTableEBC9CAFB"]!)["Project"]).toBe("archives");
  });

  test("name the stack and the component", () => {
    expect(tagsOf(resources["catalogTableEBC9CAFB"]!)["Name"]).toBe("photo-archive-catalog");
  });
});

describe.each(CIRCUMSTANCES)("$environment, retain $retain, own key $customerManagedKey", (circumstances) => {
  const { retain } = circumstances;
  const resources = Object.entries(
    resourcesOf(synthesize(everyBlock(circumstances), contextOf(circumstances))),
  );
  const policies = resources.filter(
    ([id, { DeletionPolicy }]) => DeletionPolicy !== undefined && !id.startsWith("AccessLogs"),
  );

  test(`what holds data is ${retain ? "kept" : "deletable"}`, () => {
    expect(policies.length).toBeGreaterThanOrEqual(12);
    for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of policies) {
      // A creation that is rolled back leaves nothing behind; a replacement always does.
      const kept =
        Type === "AWS::RDS::DBInstance" ? ["Snapshot", "Snapshot"] : ["RetainExceptOnCreate", "Retain"];
      const [deletion, replacement] = retain ? kept : ["Delete", "Delete"];
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, deletion, replacement]);
    }
  });

  test("the log bucket is kept in any case: it is never empty, so it could not be deleted", () => {
    const [, logs] = resources.find(([id]) => /^AccessLogsBucket[0-9A-F]{8}$/.test(id)) ?? [];
    expect(logs?.DeletionPolicy).toBe("RetainExceptOnCreate");
  });
});

describe("an API that uses", () => {
  const coordinates: [Component, string[]][] = [
    [component("kv_store", "things"), ["THINGS_TABLE_NAME"]],
    [component("artifacts_bucket", "things"), ["THINGS_BUCKET_NAME"]],
    [component("event_bus", "things"), ["THINGS_BUS_NAME"]],
    [component("task_queue", "things"), ["THINGS_QUEUE_URL"]],
    [component("secret", "things"), ["THINGS_SECRET_ARN"]],
    [
      component("database", "things"),
      ["THINGS_DATABASE_HOST", "THINGS_DATABASE_NAME", "THINGS_DATABASE_PORT", "THINGS_DATABASE_USER"],
    ],
  ];

  test.each(coordinates)("a $block is told where it is", (target, variables) => {
    const found = variablesOf([target, component("http_api", "api", {}, ["things"])]);
    expect(Object.keys(found).sort()).toEqual(["SERVICE_NAME", "SERVICE_USES", ...variables].sort());
    expect(found).toMatchObject({ SERVICE_NAME: "api", SERVICE_USES: "things" });
  });

  test("no database stays out of any network", () => {
    const plan = [component("kv_store", "things"), component("http_api", "api", {}, ["things"])];
    expect(only(plan, "AWS::Lambda::Function").Properties["VpcConfig"]).toBeUndefined();
  });

  test("two databases reaches both: they stand in one network", () => {
    const names = ["one", "two"];
    const plan = names.map((name) => component("database", name));
    const { resources } = synthesize([...plan, component("http_api", "api", {}, names)], contextOf());
    const types = resources.map(({ type }) => type);
    expect(types.filter((type) => type === "AWS::EC2::VPC")).toHaveLength(1);
    expect(types.filter((type) => type === "AWS::EC2::SecurityGroupIngress")).toHaveLength(2);
  });

  test.each(["event_bus", "task_queue", "secret"] as const)("a database and a %s has a way out", (block) => {
    const others = [component("database", "records"), component(block, "things")];
    const plan = [...others, component("http_api", "api", {}, ["records", "things"])];
    only(plan, "AWS::EC2::EgressOnlyInternetGateway");
  });

  test.each(["kv_store", "artifacts_bucket"] as const)("a database and a %s needs no way out", (block) => {
    const others = [component("database", "records"), component(block, "things")];
    const plan = [...others, component("http_api", "api", {}, ["records", "things"])];
    const { resources } = synthesize(plan, contextOf());
    expect(resources.map(({ type }) => type)).not.toContain("AWS::EC2::EgressOnlyInternetGateway");
  });

  test("the same thing twice uses it once", () => {
    const plan = [component("kv_store", "things"), component("http_api", "api", {}, ["things", "things"])];
    expect(variablesOf(plan)["SERVICE_USES"]).toBe("things");
  });
});

test("no value of a secret and no password is in any template", () => {
  const { text } = synthesize(everyBlock(), contextOf());
  expect(text.match(/"(SecretString|MasterUserPassword|MasterPassword)"/)).toBeNull();
});
