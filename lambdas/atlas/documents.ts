import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import { bullets, inline, quotation } from "../../core/markdown.ts";
import { rememberedSection } from "../../core/memory/section.ts";
import { roundCents } from "./clash.ts";
import { titleOf } from "./design.ts";

/** The plan for people, as Markdown. */
export function planDocument(plan: PlanSpec, goalText: string): string {
  return `# Plan: ${plan.stack} in ${plan.environment}

${quotation(goalText)}

Account ${plan.account}, region ${plan.region}. Planned by ${plan.source}${plan.sourceNote ? ` (${inline(plan.sourceNote)})` : ""}. Owner: ${inline(plan.owner)}${plan.fallbackOwner ? `, fallback ${inline(plan.fallbackOwner)}` : ""}.
Estimated cost: ${plan.cost.atLeast ? "at least " : ""}$${plan.cost.monthlyUsd} a month.

## Components
${bullets(plan.components.map(({ name, block, why }) => `**${name}**: ${titleOf(block)}; ${why}.`))}

## Assumptions
${bullets(plan.assumptions)}

## Constraints
${bullets(plan.constraints)}

## Phases
${plan.phases.map(({ number, title, lane, steps }) => `${number}. **${title}** (${lane})\n${steps.map((step) => `   - ${step}`).join("\n")}`).join("\n")}

## Exit criteria
${bullets(plan.exitCriteria)}

## Won't do
${bullets(plan.wontDo)}

## Rollback
${plan.rollback}
${plan.remembered ? `\n${rememberedSection(plan.remembered)}` : ""}
## Diagram
\`\`\`mermaid
${plan.diagram}
\`\`\`
`;
}

/** What it would cost, line by line, as Markdown. */
export function costDocument(cost: CostEstimate): string {
  const rows = cost.resources.flatMap(({ address, lines }) =>
    lines.map(
      ({ item, unit, quantity, unitPrice, monthly }) =>
        `| ${address} | ${item} | ${quantity} ${unit} | $${plainNumber(unitPrice)} | $${roundCents(monthly)} |`,
    ),
  );
  const unpriced = cost.unpriced.map(({ address, type, why }) => `- ${address} (${type}): ${why}`);
  return `# Cost

**${cost.atLeast ? "At least " : ""}$${roundCents(cost.monthly)} a month** in ${cost.region}, list prices of ${cost.pricesAsOf}.

| resource | item | quantity | unit price | a month |
|---|---|---|---|---|
${rows.join("\n")}
${unpriced.length > 0 ? `\nWithout a price, so not in the sum:\n${unpriced.join("\n")}\n` : ""}`;
}

/** Without an exponent: prices of one request are as small as $0.0000002. */
function plainNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 12, useGrouping: false });
}
