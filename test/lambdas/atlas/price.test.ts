import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import type { PlannedComponent } from "../../../core/artifacts/plan-spec.ts";
import { BLOCK_NAMES, type BlockName } from "../../../core/catalog/catalog.ts";
import { estimate, templateResources } from "../../../core/cost/estimate.ts";
import type { Template } from "../../../core/template/template.ts";
import { design } from "../../../lambdas/atlas/design.ts";
import { priceOf } from "../../../lambdas/atlas/price.ts";
import { synthesize } from "../../../lambdas/forge/synthesize.ts";
import { aGoal, anyGoal } from "../../support/goals.ts";

/** What Sentinel will say of what Forge makes of a design. */
function built(components: readonly PlannedComponent[], environment: keyof typeof ENVIRONMENTS) {
  const { account, region, retain, logRetentionDays } = ENVIRONMENTS[environment];
  const context = { stack: "shop", environment, account, region, retain, logRetentionDays, tags: {} };
  const parts = components.map((component) => ({ ...component, id: component.name }));
  return estimate(templateResources(synthesize(parts, context).template as Template), { region });
}

describe("the price of a plan", () => {
  test.each(
    BLOCK_NAMES.flatMap((block) =>
      (["dev", "sit", "prod"] as const).map((environment) => [block, environment] as const),
    ),
  )("of a %s in %s is that of the template Forge makes of it", (block: BlockName, environment) => {
    const { components } = design(aGoal({ environment, requires: [{ block, name: "it" }] }), 1);
    expect(priceOf(components, "af-south-1").monthly).toBeCloseTo(built(components, environment).monthly, 6);
  });

  test("is that of the template Forge makes of it, whatever is designed", () => {
    fc.assert(
      fc.property(anyGoal, fc.integer({ min: 1, max: 2 }), (goal, attempt) => {
        const { components } = design(goal, attempt);
        const planned = priceOf(components, "af-south-1");
        const made = built(components, goal.environment);
        expect(planned.monthly).toBeCloseTo(made.monthly, 6);
        expect(planned.atLeast).toBe(made.atLeast);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
