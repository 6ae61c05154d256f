import type { Limits } from "../../core/budget/limits.ts";
import type { EnvironmentConfig } from "./schema.ts";

/** Caps from the specification: tokens, minutes of work and dollars, per agent, pipeline and day. */
const LIMITS: Limits = {
  tokens: { daily: 1_000_000, perPipeline: 250_000, emergency: 100_000 },
  minutes: { perPipeline: 15, perAgent: 5 },
  usd: { daily: 500, perPipeline: 50 },
  brake: 0.8,
};

/** What all environments have in common. */
export const SHARED = {
  region: "af-south-1",
  agentsOn: "functions",
  costDeltaMonthlyLimitUsd: 500,
  signingKeyVersion: 1,
  timezone: "Africa/Johannesburg",
  watchHours: { stacks: 2, spending: 8, health: 9 },
  requestsPerSecond: 50,
  limits: LIMITS,
  groups: { viewer: "viewer", operator: "operator", approver: "approver", admin: "admin" },
  sizes: {
    agentMemoryMb: 512,
    forgeMemoryMb: 1769,
    workers: 2,
    databaseAcu: 2,
  },
} satisfies Partial<EnvironmentConfig>;
