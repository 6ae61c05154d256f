import { SHARED_LIMITS } from "./limits.ts";
import { environmentConfig } from "./schema.ts";

export const sit = environmentConfig.parse({
  environment: "sit",
  account: "815856636111",
  region: "af-south-1",
  retain: false,
  logRetentionDays: 30,
  gateHours: 72,
  costDeltaMonthlyLimitUsd: 500,
  limits: SHARED_LIMITS,
});
