import { expect, test } from "vitest";
import { startChange } from "../../core/execution/start.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

async function started(pipeline: Pipeline, goal: object): Promise<string> {
  const { id } = await startChange(pipeline.world, parseGoal(goal, "the goal"), person("ada"), {
    skipGates: true,
  });
  await pipeline.deliver();
  return id;
}

const table = (partitionKey: string) => ({
  ...GOAL,
  requires: [{ block: "kv_store", name: "orders", parameters: { partitionKey } }],
});

test("a change of little risk in dev is applied without asking anybody, and the record says who wished so", async () => {
  const pipeline = new Pipeline();
  const id = await started(pipeline, GOAL);
  expect(await pipeline.rest(id)).toMatchObject({ outcome: "applied" });
  expect(await pipeline.gates(id)).toMatchObject([{ status: "approved", votes: [], skipped: { by: "ada" } }]);
  const told = await pipeline.told(id);
  expect(told.filter(({ type }) => type === "gate.skipped")).toMatchObject([
    { actor: "ada", data: { environment: "dev", gateType: "human_approval" } },
  ]);
});

test("where the risk asks for several people they are asked all the same", async () => {
  const pipeline = new Pipeline();
  await pipeline.carryOut(table("orderId"));
  const id = await started(pipeline, table("customerId"));
  expect(await pipeline.rest(id)).toMatchObject({ rest: "gate" });
  expect(await pipeline.gates(id)).toMatchObject([{ status: "open", requiredApprovals: 2 }]);
  expect((await pipeline.told(id)).map(({ type }) => type)).not.toContain("gate.skipped");
});

test("in prod such a start is refused before anything is recorded", async () => {
  const pipeline = new Pipeline();
  await expect(started(pipeline, { ...GOAL, environment: "prod" })).rejects.toMatchObject({
    name: "GatesRequired",
  });
});
