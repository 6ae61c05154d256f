import type { InfrastructureChange } from "../change/infrastructure-change.ts";
import { type CostEstimate, estimate, templateResources } from "../cost/estimate.ts";
import type { Assumption, Usage } from "../cost/usage.ts";
import type { Template } from "../template/template.ts";

export interface CostLineReport {
  readonly item: string;
  readonly unit: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly monthly: number;
}

/** What a change costs, USD a month at list price; totals rounded to cents, lines as they are. */
export interface CostReport {
  readonly currency: "USD";
  readonly region: string;
  readonly pricesAsOf: string;
  readonly monthlyBefore: number;
  readonly monthlyAfter: number;
  readonly monthlyDelta: number;
  /** True when something has no price, so that the true figures are higher. */
  readonly atLeast: boolean;
  /** What there will be. */
  readonly resources: readonly {
    readonly address: string;
    readonly type: string;
    readonly monthly: number;
    readonly lines: readonly CostLineReport[];
  }[];
  readonly unpriced: readonly { readonly address: string; readonly type: string; readonly why: string }[];
  readonly assumptions: readonly Assumption[];
}

/** Prices what was there and what will be there. */
export function costOf(change: InfrastructureChange, region: string, usage: Usage | undefined): CostReport {
  const price = (template: Template | undefined) =>
    estimate(template ? templateResources(template, { region, parameters: change.parameters }) : [], {
      region,
      usage,
    });
  const was = price(change.before);
  const is = price(change.after);
  const named = withSourceTypes(is, change);
  return {
    currency: "USD",
    region,
    pricesAsOf: is.pricesAsOf,
    monthlyBefore: cents(was.monthly),
    monthlyAfter: cents(is.monthly),
    monthlyDelta: cents(is.monthly - was.monthly),
    atLeast: was.atLeast || is.atLeast,
    ...named,
    assumptions: is.assumptions,
  };
}

/** Resources under the type that the file calls them. */
function withSourceTypes(
  { resources, unpriced }: CostEstimate,
  { sourceTypes }: InfrastructureChange,
): Pick<CostReport, "resources" | "unpriced"> {
  const named = <T extends { readonly address: string; readonly type: string }>(one: T): T => ({
    ...one,
    type: sourceTypes?.get(one.address) ?? one.type,
  });
  return { resources: resources.map(named), unpriced: unpriced.map(named) };
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
