import type { DesignBlocked, Relaxation } from "../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import { clashOf } from "./clash.ts";
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
  for (let tried = 1; ; tried++) {
    const made = design(goal, tried);
    const cost = priceOf(made.components, region);
    const blocked = clashOf(goal, made, cost, { region, attempt, agreed });
    if (!blocked) return { design: made, cost, attempt: tried };
    if (tried >= attempt) return { blocked };
  }
}
