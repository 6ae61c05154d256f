import { expect, test } from "vitest";
import { BLOCK_NAMES, blockNamed } from "../../../core/catalog/catalog.ts";
import { estimate } from "../../../core/cost/estimate.ts";
import { IDLE } from "../../../core/cost/usage.ts";

function resourcesOf(name: (typeof BLOCK_NAMES)[number]) {
  const block = blockNamed(name);
  return block
    .priced(block.parameters.parse({}))
    .map(({ type, properties }, index) => ({ address: `${name}[${index}]`, type, properties }));
}

test.each(BLOCK_NAMES)("every resource of the block %s has a price in Cape Town", (name) => {
  const resources = resourcesOf(name);
  const { resources: priced } = estimate(resources, { region: "af-south-1" });
  expect(priced.map(({ address }) => address)).toEqual(resources.map(({ address }) => address));
});

test("the whole catalog at rest costs its database and its secret, and nothing of it is unknown", () => {
  const cost = estimate(BLOCK_NAMES.flatMap(resourcesOf), { region: "af-south-1", usage: IDLE });
  // db.t4g.micro 730 × 0.021, 20 GB gp3 at 0.151, the secret RDS keeps at 0.40; one secret of ours at 0.40.
  expect(cost.monthly).toBeCloseTo(15.33 + 3.02 + 0.4 + 0.4, 9);
  expect(cost.atLeast).toBe(false);
});
