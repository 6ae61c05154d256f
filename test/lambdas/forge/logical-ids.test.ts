import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Component, synthesize } from "../../../lambdas/forge/synthesize.ts";
import { component, contextOf, everyBlock, resourcesOf } from "./plans.ts";

/**
 * Whoever changes one of these ids deletes somebody's data and builds an empty copy: CloudFormation knows a
 * resource by nothing else. If a construct must move, override its logical id back to this.
 */
const FROZEN = {
  AccessLogsBucketCD784A59: "AWS::S3::Bucket",
  DataKey2A0DE9E6: "AWS::KMS::Key",
  NetworkFlowLogs2BEC3212: "AWS::Logs::LogGroup",
  NetworkVpc7FB7348F: "AWS::EC2::VPC",
  NetworkVpcIsolatedSubnet1Subnet0400477E: "AWS::EC2::Subnet",
  NetworkVpcIsolatedSubnet2SubnetF65B365A: "AWS::EC2::Subnet",
  apiAccessLogsE8DA0A02: "AWS::Logs::LogGroup",
  apiApiFCE15B29: "AWS::ApiGatewayV2::Api",
  apiFunctionLogs94E898C7: "AWS::Logs::LogGroup",
  catalogTableEBC9CAFB: "AWS::DynamoDB::Table",
  eventsArchive0E6FA389: "AWS::Events::Archive",
  eventsBus8CED3C89: "AWS::Events::EventBus",
  jobsDeadLetters828B3B31: "AWS::SQS::Queue",
  jobsQueueCEDBAE3E: "AWS::SQS::Queue",
  ledgerInstance3AD25100: "AWS::RDS::DBInstance",
  ledgerInstanceSubnetGroup862930F8: "AWS::RDS::DBSubnetGroup",
  photosBucketB04725BC: "AWS::S3::Bucket",
  recordsInstance1974BA90: "AWS::RDS::DBInstance",
  recordsInstanceSubnetGroupACE795C3: "AWS::RDS::DBSubnetGroup",
  signingSecret40F6FD5A: "AWS::SecretsManager::Secret",
};
const KEPT = new Set(Object.values(FROZEN));

test("the logical ids of all that holds data, and of what a database stands on, are frozen", () => {
  const { resources } = synthesize(everyBlock({ customerManagedKey: true }), contextOf());
  const kept = resources.filter(
    ({ type, logicalId }) => KEPT.has(type) && !logicalId.startsWith("NetworkOutward"),
  );
  expect(Object.fromEntries(kept.map(({ logicalId, type }) => [logicalId, type]))).toEqual(FROZEN);
});

test.each([
  ["postgres", "15432"],
  ["mysql", "13306"],
] as const)("what could not be changed without replacing a %s database is frozen", (engine, Port) => {
  const [instance] = Object.values(
    resourcesOf(synthesize([component("database", "records", { engine })], contextOf())),
  ).filter(({ Type }) => Type === "AWS::RDS::DBInstance");
  expect(instance?.Properties).toMatchObject({
    DBName: "app",
    DBSubnetGroupName: { Ref: "recordsInstanceSubnetGroupACE795C3" },
    Engine: engine,
    MasterUsername: "dbadmin",
    Port,
    StorageEncrypted: true,
  });
});

test("the same plan in another environment has the same logical ids", () => {
  const idsIn = (environment: "dev" | "prod", retain: boolean) =>
    Object.keys(resourcesOf(synthesize(everyBlock(), contextOf({ environment, retain }))));
  expect(idsIn("prod", true)).toEqual(idsIn("dev", false));
});

test("the order of a plan's lists changes nothing", () => {
  const plan = everyBlock({ customerManagedKey: true });
  const first = JSON.stringify(synthesize(plan, contextOf()));
  fc.assert(
    fc.property(permutation(plan), fc.nat(), (shuffled, turn) => {
      const turned = shuffled.map((each) => ({ ...each, uses: rotate(each.uses, turn) }));
      expect(JSON.stringify(synthesize(turned, contextOf())) === first).toBe(true);
    }),
    { numRuns: 20 },
  );
});

describe("a component nobody uses", () => {
  const others = [
    component("http_api", "api", { routes: ["GET /"] }, ["table"]),
    component("kv_store", "table"),
    component("artifacts_bucket", "files", { customerManagedKey: true }),
    component("database", "records"),
    component("task_queue", "jobs"),
    component("event_bus", "events"),
    component("secret", "signing", { customerManagedKey: true }),
  ];

  test("changes nothing of the others when it comes or goes", () => {
    fc.assert(
      fc.property(permutation(others), fc.integer({ min: 0, max: others.length - 1 }), (plan, index) => {
        const before = usable(plan.filter((_, at) => at !== index));
        const after = usable(plan);
        const [old, next] = [before, after].map((each) => resourcesOf(synthesize(each, contextOf())));
        for (const [id, resource] of Object.entries(old ?? {})) expect(next?.[id]).toEqual(resource);
      }),
      { numRuns: 20 },
    );
  });
});

/** Without the API when what it uses is missing, and never with the table missing under it. */
function usable(plan: Component[]): Component[] {
  const names = new Set(plan.map(({ name }) => name));
  return plan.filter(({ uses }) => uses.every((used) => names.has(used)));
}

function permutation<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
