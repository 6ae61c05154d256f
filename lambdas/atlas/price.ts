import type { PlannedComponent } from "../../core/artifacts/plan-spec.ts";
import { blockNamed } from "../../core/catalog/catalog.ts";
import { sharedResources } from "../../core/catalog/shared.ts";
import { type CostEstimate, estimate } from "../../core/cost/estimate.ts";

/** Prices a design before it is built, from each block's own account of the resources that cost something. */
export function priceOf(components: readonly PlannedComponent[], region: string): CostEstimate {
  const resources = components.flatMap(({ name, block, parameters }) =>
    blockNamed(block)
      .priced(parameters)
      .map(({ type, properties }, index) => ({
        address: `${name}[${index}]`,
        type,
        properties: { ...properties },
      })),
  );
  const shared = sharedResources(components).map(({ address, type, properties }, index) => ({
    address: address ?? `shared[${index}]`,
    type,
    properties: { ...properties },
  }));
  return estimate([...resources, ...shared], { region });
}
