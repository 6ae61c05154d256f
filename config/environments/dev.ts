import { SHARED_LIMITS } from "./limits.ts";
import { environmentConfig } from "./schema.ts";

export const dev = environmentConfig.parse({
  environment: "dev",
  account: "536580886816",
  region: "af-south-1",
  retain: false,
  logRetentionDays: 7,
  gateHours: 72,
  costDeltaMonthlyLimitUsd: 500,
  limits: SHARED_LIMITS,
});
