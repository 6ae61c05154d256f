import { environmentConfig } from "./schema.ts";
import { SHARED } from "./shared.ts";

export const prod = environmentConfig.parse({
  ...SHARED,
  environment: "prod",
  account: "093646564004",
  tier: "large",
  mail: { sender: "conductor@conductor.example", alarms: "platform@conductor.example" },
  retain: true,
  logRetentionDays: 365,
  timelineRetentionDays: 2557,
  eventArchiveDays: 90,
  gateHours: 168,
  sizes: { ...SHARED.sizes, forgeConcurrency: 5 },
  monthlyBudgetUsd: 500,
});
