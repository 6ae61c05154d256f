import { tableText, tierCosts } from "./tier-costs/table.ts";

/** Prints what the tiers cost a month, by our own estimator on the synthesized templates; the README has the table. */
const costs = tierCosts();
console.log(tableText(costs));
for (const { tier, unpriced } of costs)
  if (unpriced.length > 0) console.log(`\n${tier}: not priced, and so above: ${unpriced.join(", ")}`);
