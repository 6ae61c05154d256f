import { expect, test } from "vitest";
import { WAYS_TO_BREAK } from "../../../../adapters/embedded/sandbox/breakages.ts";
import type { Json } from "../../../../core/template/template.ts";
import { bucket, lineWithReason, queue, TARGETS, topic, workbench } from "./workbench.ts";

const DEV = { environment: "dev", stack: "shop" } as const;

const GROUP: Json = {
  Type: "AWS::EC2::SecurityGroup",
  Properties: {
    GroupDescription: "web",
    SecurityGroupIngress: [
      { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" },
      { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, CidrIp: "10.0.0.0/16" },
    ],
  },
};
const ORDERS: Json = {
  Type: "AWS::RDS::DBInstance",
  Properties: { Engine: "postgres", AllocatedStorage: 20 },
};

test("drift detection shows what somebody changed, by path", async () => {
  const { apply, controls, cloud } = workbench();
  await apply({ Work: queue({ VisibilityTimeout: 30, Tags: [{ Key: "team", Value: "a" }] }), News: topic() });
  controls.drift({ ...DEV, resource: "Work", property: "Tags.0.Value", value: "b" });
  controls.drift({ ...DEV, resource: "Work" });
  expect(await cloud.reader().resourceDrift("shop", ["Work", "News", "Nowhere"])).toEqual([
    {
      logicalId: "Work",
      status: "MODIFIED",
      differences: [
        { path: "/VisibilityTimeout", expected: "30", actual: "31" },
        { path: "/Tags/0/Value", expected: '"a"', actual: '"b"' },
      ],
    },
    { logicalId: "News", status: "IN_SYNC", differences: [] },
    { logicalId: "Nowhere", status: "NOT_CHECKED", differences: [] },
  ]);
});

test("what is not there yet cannot have drifted", async () => {
  const { execute, plan, cloud } = workbench({ pace: "demo" });
  await execute(await plan({ Work: queue() }));
  expect((await cloud.reader().resourceDrift("shop", ["Work"]))[0]?.status).toBe("NOT_CHECKED");
});

test("drift that CloudFormation would not see is refused", async () => {
  const { apply, controls } = workbench();
  await apply({ Work: queue({ VisibilityTimeout: 30 }) });
  expect(() => controls.drift({ ...DEV, resource: "Work", property: "DelaySeconds", value: 1 })).toThrow(
    "sets no DelaySeconds, so CloudFormation would not see it drift; it sets VisibilityTimeout",
  );
  expect(() =>
    controls.drift({ ...DEV, resource: "Work", property: "VisibilityTimeout", value: "30" }),
  ).toThrow("has that value already");
  expect(() => controls.drift({ ...DEV, resource: "Nowhere" })).toThrow("has no resource Nowhere");
});

test("an update brings a drifted property back to what the template says", async () => {
  const { apply, controls, cloud } = workbench();
  await apply({ Work: queue({ VisibilityTimeout: 30, DelaySeconds: 1 }) });
  controls.drift({ ...DEV, resource: "Work", property: "VisibilityTimeout", value: 99 });
  await apply({ Work: queue({ VisibilityTimeout: 30, DelaySeconds: 2 }) });
  expect((await cloud.reader().resourceDrift("shop", ["Work"]))[0]?.status).toBe("IN_SYNC");
});

test("a rule removed from a security group shows as drift", async () => {
  const { apply, controls } = workbench();
  await apply({ Web: GROUP });
  const drift = controls.breakResource({ ...DEV, resource: "Web", how: "security-group-rule-removed" });
  expect(drift).toMatchObject({
    status: "MODIFIED",
    differences: [{ path: "/SecurityGroupIngress/1", actual: "null" }],
  });
});

test("a stopped database cannot be updated, and is rolled back without being touched", async () => {
  const { apply, controls, events } = workbench();
  await apply({ Orders: ORDERS });
  controls.breakResource({ ...DEV, resource: "Orders", how: "database-stopped" });
  expect(controls.show({ environment: "dev" })[0]?.stacks[0]?.resources[0]?.broken).toBe("stopped");
  const before = (await events()).length;
  const grown = { Type: "AWS::RDS::DBInstance", Properties: { Engine: "postgres", AllocatedStorage: 40 } };
  await apply({ Orders: grown });
  expect((await events()).slice(before).map(lineWithReason)).toEqual([
    "shop UPDATE_IN_PROGRESS: User Initiated",
    "Orders UPDATE_IN_PROGRESS",
    expect.stringMatching(
      /^Orders UPDATE_FAILED: Database instance shop-orders-\w+ is not in available state\.$/,
    ),
    "shop UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Orders].",
    "Orders UPDATE_COMPLETE",
    "shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "shop UPDATE_ROLLBACK_COMPLETE",
  ]);
});

test("a resource deleted behind the stack's back is missing, and does not stop the stack's deletion", async () => {
  const { apply, controls, applier, cloud, stack } = workbench();
  await apply({ Work: queue(), News: topic() });
  const { stackId } = await stack();
  expect(controls.breakResource({ ...DEV, resource: "Work", how: "resource-deleted" }).status).toBe(
    "DELETED",
  );
  await applier().deleteStack("now");
  expect((await cloud.reader().describeStack(stackId))?.status).toBe("DELETE_COMPLETE");
});

test("a break is refused where it cannot happen", async () => {
  const { apply, controls } = workbench();
  await apply({
    Work: queue(),
    Web: { Type: "AWS::EC2::SecurityGroup", Properties: { GroupDescription: "x" } },
  });
  expect(() => controls.breakResource({ ...DEV, resource: "Work", how: "database-stopped" })).toThrow(
    "database-stopped happens to AWS::RDS::DBInstance or AWS::RDS::DBCluster, and Work is AWS::SQS::Queue",
  );
  expect(() =>
    controls.breakResource({ ...DEV, resource: "Web", how: "security-group-rule-removed" }),
  ).toThrow("has no ingress rule");
  expect(() => controls.breakResource({ ...DEV, resource: "Work", how: "toString" as never })).toThrow(
    WAYS_TO_BREAK.join(", "),
  );
});

test("every way to break shows as drift or as broken", async () => {
  const { apply, controls } = workbench();
  const blocked = { PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
  await apply({
    Web: GROUP,
    Orders: ORDERS,
    Work: queue(),
    Photos: bucket(blocked),
    Fn: { Type: "AWS::Lambda::Function", Properties: { ReservedConcurrentExecutions: 5 } },
  });
  const subjects = {
    security: "Web",
    database: "Orders",
    bucket: "Photos",
    function: "Fn",
    resource: "Work",
  };
  for (const how of WAYS_TO_BREAK) {
    const resource = subjects[how.split("-")[0] as keyof typeof subjects];
    controls.breakResource({ ...DEV, resource, how });
    const shown = controls.show({ environment: "dev" })[0]?.stacks[0]?.resources;
    const one = shown?.find(({ logicalId }) => logicalId === resource);
    expect(one?.broken !== undefined || one?.drift.status !== "IN_SYNC").toBe(true);
    if (how === "database-stopped") expect(one?.broken).toBe("stopped");
  }
});

test("the caller turns out to be in the account that was set", async () => {
  const { controls, cloud } = workbench();
  controls.setAccount({ environment: "dev", account: TARGETS.prod.account });
  expect((await cloud.reader().callerIdentity()).account).toBe(TARGETS.prod.account);
  expect(controls.show({ environment: "dev" })).toMatchObject([
    { account: TARGETS.dev.account, reportedAccount: TARGETS.prod.account },
  ]);
  controls.setAccount({ environment: "dev", account: undefined });
  expect((await cloud.reader().callerIdentity()).account).toBe(TARGETS.dev.account);
  expect(() => controls.setAccount({ environment: "dev", account: "12" })).toThrow("twelve digits");
});

test("a failure is ordered by logical id or by type, for one stack or for any, and comes once", async () => {
  const { apply, controls } = workbench();
  controls.failNext({ environment: "dev", stack: "second", resource: "AWS::SNS::Topic" });
  controls.failNext({ environment: "sit", resource: "News" });
  expect((await apply({ News: topic() })).at(-1)).toBe("shop CREATE_COMPLETE");
  expect((await apply({ News: topic() }, { stack: "second" })).at(-1)).toBe("second ROLLBACK_COMPLETE");
  expect((await apply({ News: topic() }, { stack: "third" })).at(-1)).toBe("third CREATE_COMPLETE");
  expect(controls.show().flatMap((account) => account.faults)).toMatchObject([{ environment: "sit" }]);
  controls.clearFaults({ environment: "sit" });
  expect(controls.show().flatMap((account) => account.faults)).toEqual([]);
});

test("snapshots are listed newest first and take their time", async () => {
  const { apply, controls, cloud, clock, resources } = workbench({ pace: "demo" });
  await apply({ Orders: ORDERS });
  clock.pass(60_000);
  const first = controls.takeSnapshot({ ...DEV, resource: "Orders" });
  clock.pass(5_000);
  const second = controls.takeSnapshot({ ...DEV, resource: "Orders" });
  const { Orders: physicalId = "" } = await resources();
  const found = await cloud.reader().snapshots({ type: "AWS::RDS::DBInstance", physicalId });
  expect(found).toMatchObject([
    { snapshotId: second.snapshotId, status: "creating", encrypted: false },
    { snapshotId: first.snapshotId, status: "available" },
  ]);
});
