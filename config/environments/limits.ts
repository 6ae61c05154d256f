import type { Limits } from "../../core/budget/limits.ts";

/** Caps from the specification: tokens, minutes of work and dollars, per agent, pipeline and day. */
export const SHARED_LIMITS: Limits = {
  tokens: { daily: 1_000_000, perPipeline: 250_000, emergency: 100_000 },
  minutes: { perPipeline: 15, perAgent: 5 },
  usd: { daily: 500, perPipeline: 50 },
  brake: 0.8,
};
