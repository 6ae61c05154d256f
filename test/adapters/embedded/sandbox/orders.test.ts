import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { foundAccount } from "../../../../adapters/embedded/sandbox/seed/found-account.ts";
import type { Json } from "../../../../core/template/template.ts";
import { TARGETS, workbench } from "./workbench.ts";

test("prod is found with the orders stack, always the same one", async () => {
  const [one, other] = [workbench({ environment: "prod" }), workbench({ environment: "prod", pace: "demo" })];
  expect(await one.stack("orders")).toEqual(await other.stack("orders"));
  expect(await one.events("orders")).toEqual(await other.events("orders"));
  expect(await one.stack("orders")).toMatchObject({
    status: "CREATE_COMPLETE",
    createdAt: "2025-03-11T08:12:09.000Z",
    parameters: { Environment: "prod" },
  });
  const ids = Object.keys(await one.resources("orders"));
  const drift = await one.cloud.reader().resourceDrift("orders", ids);
  expect(drift.every((each) => each.status === "IN_SYNC")).toBe(true);
});

test("dev and sit are found empty", () => {
  const { controls } = workbench();
  const stacks = controls.show().map(({ environment, stacks: found }) => [environment, found.length]);
  expect(stacks).toEqual([
    ["dev", 0],
    ["sit", 0],
    ["prod", 1],
  ]);
});

test("the database of the orders stack would be lost: nobody thought of its deletion policy", async () => {
  const { plan, cloud } = workbench({ environment: "prod" });
  const template = JSON.parse((await cloud.reader().stackTemplate("orders")) ?? "") as {
    Resources: Record<string, Json>;
    Outputs: Record<string, Json>;
  };
  const { Database: _database, IntakeFunction: _function, IntakeRole: _role, ...kept } = template.Resources;
  const { DatabaseEndpoint: _endpoint, ...outputs } = template.Outputs;
  const tags = (await cloud.reader().describeStack("orders"))?.tags ?? {};
  const { changes } = await plan({ ...template, Resources: kept, Outputs: outputs } as Json, {
    stack: "orders",
    parameters: { Environment: "prod" },
    tags,
  });
  expect(changes).toMatchObject([
    { action: "Remove", logicalId: "Database", physicalId: "orders-prod", policyAction: "Delete" },
    { action: "Remove", logicalId: "IntakeFunction" },
    { action: "Remove", logicalId: "IntakeRole" },
  ]);
  expect(await cloud.reader().snapshots({ type: "AWS::RDS::DBInstance", physicalId: "orders-prod" })).toEqual(
    [],
  );
});

test("the founding is done once, whoever opens the file", () => {
  const database = new DatabaseSync(":memory:");
  for (let i = 0; i < 3; i++) workbench({ database, environment: "prod" }).controls.show();
  // As if another process had founded it between the look and the transaction.
  foundAccount(database, TARGETS.prod);
  const found = database.prepare("SELECT count(*) AS stacks FROM sandbox_stack").get();
  expect(found).toEqual({ stacks: 1 });
});
