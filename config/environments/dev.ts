import { environmentConfig } from "./schema.ts";
import { SHARED } from "./shared.ts";

export const dev = environmentConfig.parse({
  ...SHARED,
  environment: "dev",
  account: "536580886816",
  tier: "small",
  mail: { sender: "conductor@dev.conductor.example", alarms: "platform@dev.conductor.example" },
  retain: false,
  logRetentionDays: 7,
  timelineRetentionDays: 30,
  eventArchiveDays: 7,
  gateHours: 72,
  monthlyBudgetUsd: 25,
});
