import { SHARED_LIMITS } from "./limits.ts";
import { environmentConfig } from "./schema.ts";

export const prod = environmentConfig.parse({
  environment: "prod",
  account: "093646564004",
  region: "af-south-1",
  retain: true,
  logRetentionDays: 365,
  gateHours: 168,
  costDeltaMonthlyLimitUsd: 500,
  limits: SHARED_LIMITS,
});
