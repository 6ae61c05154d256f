/**
 * Whether an amount is beyond a part of its cap: 0.8 is the brake, 1 the cap itself. The one rule behind the brake on new
 * pipelines, the watch over spending and the guardrail on a budget.
 */
export function isOverLine(amount: number, cap: number, line: number): boolean {
  return amount > cap * line;
}
