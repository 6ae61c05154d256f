import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { queue, TARGETS, topic, workbench } from "./workbench.ts";

afterEach(() => vi.unstubAllEnvs());

const READER = [
  "callerIdentity",
  "changeSetTemplate",
  "describeChangeSet",
  "describeStack",
  "resourceDrift",
  "snapshots",
  "stackEvents",
  "stackResources",
  "stackTemplate",
];
const PLANNER = [...READER, "createChangeSet", "deleteChangeSet"].sort();
const APPLIER = [
  ...READER,
  "cancelUpdate",
  "continueRollback",
  "deleteStack",
  "executeChangeSet",
  "setStackPolicy",
].sort();

test("a lane has its own methods and no others", () => {
  const { cloud, applier } = workbench();
  expect(Object.keys(cloud.reader()).sort()).toEqual(READER);
  expect(Object.keys(cloud.planner()).sort()).toEqual(PLANNER);
  expect(Object.keys(applier()).sort()).toEqual(APPLIER);
});

test("an applier touches the change set it is pinned to and no other", async () => {
  const { cloud, plan } = workbench();
  const [mine, other] = [await plan({ A: topic() }), await plan({ A: topic(), B: topic() })];
  const elsewhere = await plan({ A: topic() }, { stack: "second" });
  const applier = cloud.applier({ executionId: "run-7", stack: "shop", changeSetName: mine.name, tags: {} });
  for (const { arn } of [other, elsewhere])
    await expect(applier.executeChangeSet(arn, "t")).rejects.toMatchObject({
      name: "CloudAccessDenied",
      message: expect.stringContaining(`pinned to stack shop and change set ${mine.name}`),
    });
  await expect(applier.executeChangeSet(mine.arn, "t")).resolves.toBeUndefined();
});

test("an applier without a change set executes none", async () => {
  const { plan, applier } = workbench();
  const { arn } = await plan({ A: topic() });
  await expect(applier().executeChangeSet(arn, "t")).rejects.toMatchObject({ name: "CloudAccessDenied" });
  await expect(applier().executeChangeSet("arn:none", "t")).rejects.toMatchObject({
    name: "ChangeSetNotFound",
  });
});

test("an applier sees its own stack only", async () => {
  const { apply, applier, stack, plan } = workbench();
  await apply({ A: topic() });
  await apply({ A: topic() }, { stack: "second" });
  const { stackId } = await stack();
  expect(await applier().describeStack(stackId)).toMatchObject({ name: "shop" });
  for (const seen of ["second", (await stack("second")).stackId]) {
    await expect(applier().describeStack(seen)).rejects.toMatchObject({ name: "CloudAccessDenied" });
    await expect(applier().stackEvents(seen)).rejects.toMatchObject({ name: "CloudAccessDenied" });
  }
  const { arn } = await plan({ A: topic(), B: topic() }, { stack: "second" });
  await expect(applier().describeChangeSet(arn)).rejects.toMatchObject({ name: "CloudAccessDenied" });
});

test("an applier pinned to a stack's id touches no other stack that bears its name later", async () => {
  const { cloud, apply, applier, stack } = workbench();
  await apply({ A: topic() });
  const { stackId } = await stack();
  const pinned = cloud.applier({ executionId: "run-1", stack: stackId, tags: {} });
  await applier().deleteStack("away");
  await apply({ A: topic() });
  await pinned.deleteStack("late");
  expect((await stack()).status).toBe("CREATE_COMPLETE");
  expect(await pinned.describeStack(stackId)).toMatchObject({ stackId, status: "DELETE_COMPLETE" });
  await expect(pinned.describeStack("shop")).rejects.toMatchObject({ name: "CloudAccessDenied" });
});

test("the newest events are had without all before them", async () => {
  const { cloud, apply, events } = workbench();
  await apply({ A: topic() });
  expect(await cloud.reader().stackEvents("shop", { newest: 2 })).toEqual((await events()).slice(-2));
});

test("a request repeated with its token is done once", async () => {
  const { cloud, plan, applier, events, apply, stack } = workbench();
  await apply({ A: topic() });
  const changeSet = await plan({ A: topic({ DisplayName: "x" }) });
  const session = { executionId: "run-1", stack: "shop", changeSetName: changeSet.name, tags: {} };
  const pinned = cloud.applier(session);
  await pinned.executeChangeSet(changeSet.arn, "once");
  const count = (await events()).length;
  await pinned.executeChangeSet(changeSet.arn, "once");
  expect(await events()).toHaveLength(count);
  await expect(pinned.executeChangeSet(changeSet.arn, "twice")).rejects.toMatchObject({
    name: "ChangeSetObsolete",
  });

  await applier().deleteStack("away");
  await apply({ A: topic() });
  await applier().deleteStack("away");
  expect((await stack()).status).toBe("CREATE_COMPLETE");
});

test("a change set asked for again is the same one; another content needs another name", async () => {
  const { cloud } = workbench();
  const planner = cloud.planner();
  const request = {
    stack: "shop",
    name: "first",
    template: JSON.stringify({ Resources: { A: topic() } }),
    parameters: {},
    tags: {},
    clientToken: "t",
  };
  const made = await planner.createChangeSet(request);
  expect(await planner.createChangeSet(request)).toEqual(made);
  const other = JSON.stringify({ Resources: { B: queue() } });
  for (const changed of [{ template: other }, { clientToken: "u" }])
    await expect(planner.createChangeSet({ ...request, ...changed })).rejects.toMatchObject({
      name: "ChangeSetExists",
    });
});

test("everything the account says of itself is labelled as simulated", async () => {
  const { cloud, applier, controls } = workbench();
  expect(cloud.simulated).toBe(true);
  for (const lane of [cloud.reader(), cloud.planner(), applier()]) {
    const { account, arn } = await lane.callerIdentity();
    expect(account).toBe(TARGETS.dev.account);
    expect(arn).toContain(`${account}:assumed-role/simulated-`);
  }
  expect(controls.show().every((account) => account.simulated)).toBe(true);
});

test("the sandbox does not run in AWS Lambda", () => {
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "agent-mesh-dev-forge");
  expect(() => workbench()).toThrow("does not run in AWS Lambda");
});

test("nothing that is deployed or pure imports the sandbox", () => {
  const root = join(import.meta.dirname, "../../../..");
  const rooms = ["core", "lambdas", "lib", "engine", "adapters/aws", "console"].filter((room) =>
    existsSync(join(root, room)),
  );
  const sources = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(room, file)),
  );
  const guilty = sources.filter((file) =>
    /from "[^"]*embedded\/sandbox\//.test(readFileSync(join(root, file), "utf8")),
  );
  expect(guilty).toEqual([]);
});
