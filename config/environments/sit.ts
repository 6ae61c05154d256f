import { environmentConfig } from "./schema.ts";
import { SHARED } from "./shared.ts";

export const sit = environmentConfig.parse({
  ...SHARED,
  environment: "sit",
  account: "815856636111",
  tier: "medium",
  mail: { sender: "conductor@sit.conductor.example", alarms: "platform@sit.conductor.example" },
  retain: false,
  logRetentionDays: 30,
  timelineRetentionDays: 90,
  eventArchiveDays: 14,
  gateHours: 72,
  sizes: { ...SHARED.sizes, forgeConcurrency: 5 },
  monthlyBudgetUsd: 100,
});
