import type { DesignBlocked, Relaxation } from "../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import { blockedBy, type Clash, clashesOf, type Priced } from "./clash.ts";
import { type Design, design } from "./design.ts";
import { priceOf } from "./price.ts";

interface Circumstances {
  readonly region: string;
  /** Designs that may be tried, each more frugal than the one before. */
  readonly attempt: number;
  readonly agreed: readonly Relaxation[];
}

interface Found {
  readonly design: Design;
  readonly cost: CostEstimate;
  /** Which of the designs it is, from 1. */
  readonly attempt: number;
}

/**
 * The first design that keeps the constraints, or what the last one clashes with. An attempt that was lost to a
 * fault of ours is no clash: the next one is no more frugal for it.
 */
export function settleOn(
  goal: GoalStatement,
  { region, attempt, agreed }: Circumstances,
): Found | { readonly blocked: DesignBlocked } {
  const { made, cost, tried, clashes } = lastTried(goal, region, attempt);
  const [first, ...others] = clashes;
  if (!first) return { design: made, cost, attempt: tried };
  const clashesAfter = (relaxed: GoalStatement) => lastTried(relaxed, region, attempt).clashes;
  return { blocked: blockedBy(goal, [first, ...others], { cost, attempt, agreed, clashesAfter }) };
}

/** The first design without a clash, or the last that may be tried. */
function lastTried(
  goal: GoalStatement,
  region: string,
  attempt: number,
): Priced & { readonly clashes: readonly Clash[] } {
  for (let tried = 1; ; tried++) {
    const made = design(goal, tried);
    const priced = { made, cost: priceOf(made.components, region), tried };
    const clashes = clashesOf(goal, priced, region);
    if (clashes.length === 0 || tried >= attempt) return { ...priced, clashes };
  }
}
