import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { type Environment, environment } from "../../core/artifacts/vocabulary.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { watchHealth } from "../../core/watch/health.ts";
import {
  fileReport,
  lastReport,
  type Seen,
  together,
  WATCHES,
  type Watch,
  type WatchReport,
} from "../../core/watch/report.ts";
import { isDue } from "../../core/watch/schedule.ts";
import { watchSpending } from "../../core/watch/spending.ts";
import { recordFindings, watchStacks } from "../../core/watch/stacks.ts";
import { judgePolicies } from "./policies.ts";
import type { Home } from "./record.ts";

/** Has one watch look at an environment now, and files what it found. */
export async function runWatch(home: Home, watch: Watch, name: Environment): Promise<WatchReport> {
  const at = home.world.clock.now().toISOString();
  const report = { watch, environment: name, at, ...(await LOOKS[watch](home, name)) };
  await fileReport(home.world, report);
  return report;
}

type Look = (home: Home, name: Environment) => Promise<Seen>;

const LOOKS: Readonly<Record<Watch, Look>> = {
  health: ({ world }, name) => watchHealth(world, name),
  stacks: async (home, name) => {
    const { world } = home;
    const audited = await recordFindings(() => auditWorkspace(home));
    const seen = await watchStacks({
      table: world.table,
      environment: name,
      region: ENVIRONMENTS[name].region,
      reader: world.cloud(name).reader(),
      judge: async (change) => (await judgePolicies(change, { folders: [], waivers: undefined })).findings,
    });
    return together(audited, seen);
  },
  // No account sends a bill for what is simulated.
  spending: ({ world }, name) =>
    watchSpending({ world, environment: name, monthlyBudgetUsd: ENVIRONMENTS[name].monthlyBudgetUsd }),
};

/** Has the watches look whose hour has come since they last did, or since `began` when they never did. */
export async function runDueWatches(home: Home, began: Date): Promise<void> {
  const now = home.world.clock.now();
  for (const watch of WATCHES)
    for (const name of environment.options) {
      const last = await lastReport(home.world.table, watch, name);
      const since = last ? new Date(last.at) : began;
      const { timezone, watchHours } = ENVIRONMENTS[name];
      if (isDue({ hour: watchHours[watch], timezone }, since, now)) await runWatch(home, watch, name);
    }
}
