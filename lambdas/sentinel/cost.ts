import type { CostComparison, Finding } from "../../core/artifacts/validation-report.ts";
import { estimate, templateResources } from "../../core/cost/estimate.ts";
import { guardrailFindings } from "../../core/cost/guardrails.ts";
import type { Template } from "../../core/template/template.ts";

/** Monthly list price of the stack before and after, in US dollars rounded to cents. */
export function compareCost(before: Template | undefined, after: Template, region: string): CostComparison {
  const was = estimate(before ? templateResources(before) : [], { region });
  const is = estimate(templateResources(after), { region });
  return {
    monthlyBefore: cents(was.monthly),
    monthlyAfter: cents(is.monthly),
    monthlyDelta: cents(is.monthly - was.monthly),
    atLeast: was.atLeast || is.atLeast,
    unpriced: is.unpriced.map(({ address, type }) => ({ address, type })),
    pricesAsOf: is.pricesAsOf,
  };
}

interface CostLimits {
  /** The goal's own, for the whole stack. */
  readonly monthly: number | undefined;
  /** The policy's, for the rise one change may bring. */
  readonly delta: number;
}

/** Limits exceeded. What has no price cannot exceed one, but it is said. */
export function costFindings(cost: CostComparison, { monthly, delta }: CostLimits): Finding[] {
  const block = "block" as const;
  return [
    ...guardrailFindings(cost, {
      absolute: monthly === undefined ? undefined : { usd: monthly, action: block, by: "the goal" },
      increase: { usd: delta, action: block, by: "policy" },
    }),
    ...cost.unpriced.map(
      ({ address, type }): Finding => ({
        rule: "unpriced",
        severity: "warning",
        resource: address,
        message: `${type} has no price here, so the true cost is higher`,
        fix: "price it by hand before approving",
      }),
    ),
  ];
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
