import { expect, test } from "vitest";
import type { PlanSpec } from "../../../core/artifacts/plan-spec.ts";
import { Pipeline } from "../../support/pipeline.ts";

test("a change with several clashes asks people once, keeps to all they agreed to, and then asks for approval", async () => {
  const pipeline = new Pipeline();
  const id = await pipeline.start({
    goal: "A database for the shop",
    environment: "dev",
    stack: "shop",
    requires: [{ block: "postgres", name: "shop" }],
    constraints: { monthlyCostLimitUsd: 20, availability: "multi-az", region: "eu-west-1" },
  });
  expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "BLOCKED" });
  expect(await pipeline.gates(id)).toMatchObject([
    {
      type: "design_review",
      subject: expect.stringMatching(/Agree to build in af-south-1, and allow \$\d+ a month/),
    },
  ]);
  const resting = await pipeline.approve(id, ["grace"]);
  expect(resting.changeStatus).toBe("WAIT_FOR_APPROVE");
  const plan = await pipeline.artifact<PlanSpec>(id, "plan.json");
  expect(plan.budgets.monthlyCostLimitUsd).toBeGreaterThan(20);
  expect(plan.assumptions.filter((one) => one.startsWith("People agreed to "))).toHaveLength(2);
});
