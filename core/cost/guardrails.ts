import * as z from "zod";
import type { CostComparison, Finding } from "../artifacts/validation-report.ts";
import { isOverLine } from "../budget/line.ts";

const action = z.enum(["warn", "block"]).default("block");
const usdLimit = z.strictObject({ usd: z.number().nonnegative(), action });

/** Limits on what a change may cost; each warns or blocks, and one that is not named does not exist. */
export const guardrails = z.strictObject({
  /** What everything may cost a month. */
  absolute: usdLimit.optional(),
  /** By how much a change may raise that. */
  increase: usdLimit.optional(),
  /** The same in percent of what it cost before; a first deployment has no before. */
  percentage: z.strictObject({ percent: z.number().nonnegative(), action }).optional(),
  /**
   * A budget that the change may not cross: what was beyond it already is not this change's doing. With a line (0.8, say)
   * it is that part of it which may not be crossed.
   */
  budget: usdLimit.extend({ line: z.number().positive().max(1).default(1) }).optional(),
});

export type Guardrails = z.output<typeof guardrails>;

/** The same, each with who set it where that is to be said. */
interface Limits extends Omit<Guardrails, "absolute" | "increase"> {
  readonly absolute?: (Guardrails["absolute"] & { readonly by?: string }) | undefined;
  readonly increase?: (Guardrails["increase"] & { readonly by?: string }) | undefined;
}

type Amounts = Pick<CostComparison, "monthlyBefore" | "monthlyAfter" | "monthlyDelta">;

const SEVERITY = { warn: "warning", block: "error" } as const;

interface Rail {
  readonly rule: string;
  readonly limit: { readonly action: "warn" | "block" } | undefined;
  readonly exceeded: boolean;
  readonly message: string;
  readonly fix: string;
}

/** Limits that a change exceeds. What has no price cannot exceed one, and stands in the cost itself. */
export function guardrailFindings(
  { monthlyBefore, monthlyAfter, monthlyDelta }: Amounts,
  { absolute, increase, percentage, budget }: Limits,
): Finding[] {
  const percent = monthlyBefore > 0 ? (monthlyDelta / monthlyBefore) * 100 : 0;
  const rails: readonly Rail[] = [
    {
      rule: "monthly-cost-limit",
      limit: absolute,
      exceeded: monthlyAfter > (absolute?.usd ?? 0),
      message: `it would cost ${dollars(monthlyAfter)} a month; ${absolute?.by ?? "the limit"} allows ${dollars(absolute?.usd)}`,
      fix: "ask for less, or raise the limit",
    },
    {
      rule: "cost-delta-monthly-limit",
      limit: increase,
      exceeded: monthlyDelta > (increase?.usd ?? 0),
      message: `it would add ${dollars(monthlyDelta)} a month; ${increase?.by ?? "the limit"} allows ${dollars(increase?.usd)}`,
      fix: "divide the change, or raise the limit",
    },
    {
      rule: "cost-percentage-limit",
      limit: percentage,
      exceeded: percent > (percentage?.percent ?? 0),
      message: `it would add ${Math.round(percent)} % to what it costs; ${percentage?.percent} % is allowed`,
      fix: "divide the change, or raise the limit",
    },
    {
      rule: "budget-crossed",
      limit: budget,
      exceeded: !isBeyond(budget, monthlyBefore) && isBeyond(budget, monthlyAfter),
      message: `it would cross ${partOf(budget)}the budget of ${dollars(budget?.usd)} a month with ${dollars(monthlyAfter)}`,
      fix: "ask for less, or raise the budget",
    },
  ];
  return rails.flatMap(({ rule, limit, exceeded, message, fix }) =>
    limit && exceeded ? [{ rule, severity: SEVERITY[limit.action], resource: "*", message, fix }] : [],
  );
}

function isBeyond(budget: Guardrails["budget"], monthly: number): boolean {
  return isOverLine(monthly, budget?.usd ?? 0, budget?.line ?? 1);
}

function partOf(budget: Guardrails["budget"]): string {
  return budget === undefined || budget.line === 1 ? "" : `${Math.round(budget.line * 100)} % of `;
}

function dollars(usd = 0): string {
  return `$${usd.toFixed(2)}`;
}
