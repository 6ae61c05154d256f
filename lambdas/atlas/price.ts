import type { PlannedComponent } from "../../core/artifacts/plan-spec.ts";
import { blockNamed } from "../../core/catalog/catalog.ts";
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
  const key = components.some(({ parameters }) => parameters["customerManagedKey"] === true)
    ? [{ address: "stack key", type: "AWS::KMS::Key", properties: {} }]
    : [];
  return estimate([...resources, ...key], { region });
}
