import { describe, expect, test } from "vitest";
import { type DesignBlocked, designBlocked } from "../../../core/artifacts/design-blocked.ts";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import { type Desk, desk, REQUIRES } from "./desk.ts";

const DEAR = {
  requires: [{ block: "postgres", name: "shop" }],
  constraints: { monthlyCostLimitUsd: 20, availability: "multi-az", region: "eu-west-1" },
};

/** Lets Atlas try as often as the pipeline does in one visit. */
async function blockedBy(
  { plan, text, ref }: Desk,
  relaxation: ArtifactRef | null = null,
): Promise<[DesignBlocked, ArtifactRef]> {
  for (const attempt of [1, 2, 3]) {
    const asked = plan({ attempt, relaxation, visit: relaxation?.sha256 ?? "0" });
    await expect(asked).rejects.toMatchObject({ name: "DesignBlocked" });
  }
  return [
    designBlocked.parse(JSON.parse(await text("design-blocked.json"))),
    (await ref("design-blocked.json"))!,
  ];
}

describe("a design that clashes", () => {
  test("is refused with the reason and the least that would help, and leaves no plan", async () => {
    const working = await desk(DEAR);
    const [blocked] = await blockedBy(working);
    expect(blocked).toMatchObject({ attempts: 3, agreed: [] });
    expect(await working.ref("plan.json")).toBeUndefined();
    const events = await working.home.told();
    expect(events).toHaveLength(3);
    for (const event of events) {
      expect(event).toMatchObject({
        type: "agent.failed",
        data: { error: { name: "DesignBlocked", message: expect.stringContaining("build in af-south-1") } },
      });
    }
  });

  test("is made more frugal at the second attempt", async () => {
    const requires = [{ block: "database", name: "shop" }];
    const { cost } = await (await desk({ environment: "prod", requires })).plan();
    const tight = {
      environment: "prod",
      requires,
      constraints: { monthlyCostLimitUsd: cost.monthlyUsd - 1 },
    };
    const working = await desk(tight);
    await expect(working.plan()).rejects.toMatchObject({ name: "DesignBlocked" });
    expect(await working.plan({ attempt: 2 })).toMatchObject({
      attempt: 2,
      components: [{ parameters: { instanceClass: "db.t4g.micro" } }],
    });
  });

  test("passes once people have agreed to everything it takes, asked once", async () => {
    const working = await desk(DEAR);
    const [blocked, ref] = await blockedBy(working);
    expect(blocked.smallestRelaxation.field).toBe("constraints.region");
    expect(blocked.together).toMatchObject([{ field: "constraints.monthlyCostLimitUsd" }]);
    const plan = await working.plan({ attempt: 2, relaxation: ref });
    expect(plan.budgets.monthlyCostLimitUsd).toBe(blocked.together[0]?.to);
    expect(plan.cost.monthlyUsd).toBeLessThanOrEqual(plan.budgets.monthlyCostLimitUsd!);
    expect(plan.assumptions.filter((one) => one.startsWith("People agreed to "))).toHaveLength(2);
  });

  test("tells in the plan what people agreed to, and is still of the goal as it was submitted", async () => {
    const working = await desk({ requires: REQUIRES, constraints: { region: "eu-west-1" } });
    const [, agreed] = await blockedBy(working);
    const plan = await working.plan({ relaxation: agreed });
    expect(plan.assumptions.join(" ")).toContain(
      "People agreed to build in af-south-1; constraints.region had asked for eu-west-1.",
    );
    expect(plan.goalSha256).toBe(working.goal.sha256);
  });

  test("is relaxed by what its own artifact says, and by nothing else", async () => {
    const working = await desk(DEAR);
    const [, agreed] = await blockedBy(working);
    const forged = { ...agreed, ...(await working.home.world.artifacts.put('{"smallestRelaxation":{}}')) };
    await expect(working.plan({ relaxation: forged })).rejects.toMatchObject({ name: "ZodError" });
  });
});

describe("an attempt that was lost to a fault of ours", () => {
  test("makes the next design no more frugal, as nothing clashed", async () => {
    const prod = {
      environment: "prod",
      requires: [{ block: "database", name: "shop" }],
      constraints: { monthlyCostLimitUsd: 400 },
    };
    const plans = [await (await desk(prod)).plan(), await (await desk(prod)).plan({ attempt: 3 })];
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[0]).toMatchObject({
      attempt: 1,
      components: [{ parameters: { instanceClass: "db.t4g.medium" } }],
    });
  });
});
