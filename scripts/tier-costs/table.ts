import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { type EnvironmentConfig, TIERS, type Tier } from "../../config/environments/schema.ts";
import { type CostEstimate, estimate, templateResources } from "../../core/cost/estimate.ts";
import type { Usage } from "../../core/cost/usage.ts";
import { addEnvironment } from "../../lib/stacks/environment.ts";

/** Dollars a month that a tier with all beneath it may cost while nothing happens (the design, §8). */
export const CEILINGS: Readonly<Record<Tier, number>> = { small: 3, medium: 25, large: 100 };

export interface TierCost {
  readonly tier: Tier;
  readonly idle: number;
  /** With a thousand changes in the month besides, models apart. */
  readonly thousand: number;
  /** What the estimate could not price, by type. */
  readonly unpriced: readonly string[];
}

/**
 * Calls of each function in one change, as the whole change on the wire makes them; the dispatcher's are batches, the
 * console's the pages that somebody who decides looks at.
 */
const CALLS: Readonly<Record<string, number>> = {
  Atlas: 1,
  Forge: 1,
  Sentinel: 2,
  Critic: 1,
  Sweeper: 1,
  ChangeSet: 1,
  Broker: 2,
  Checkpoint: 6,
  Gatekeeper: 3,
  StackLock: 1,
  Registrar: 1,
  Dispatcher: 30,
  Api: 5,
  Console: 20,
};

/** Milliseconds that one call takes, a second for those that wait for others, three for Forge. */
const MILLISECONDS: Readonly<Record<string, number>> = { Forge: 3_000, Sentinel: 2_000, Broker: 10_000 };

/** Workers run while there are tasks for them, which functions take in the environment that is priced. */
const NOBODY_RUNS = { "AWS::ECS::Service": { hoursPerMonth: 0 } } as const;

/** What a thousand changes use, by the counts of `npm run aws:calls`. */
const THOUSAND: Usage = {
  profile: "idle",
  types: {
    ...NOBODY_RUNS,
    "AWS::DynamoDB::Table": { writesPerMonth: 595_000, readsPerMonth: 160_000, storedGb: 1 },
    "AWS::Events::EventBus": { eventsPerMonth: 11_000 },
    "AWS::StepFunctions::StateMachine": { executionsPerMonth: 500, transitionsPerExecution: 60 },
    "AWS::S3::Bucket": { putsPerMonth: 14_000, getsPerMonth: 10_000, storedGb: 0.5 },
    "AWS::Logs::LogGroup": { ingestedGbPerMonth: 0.05, storedGb: 0.05 },
    "AWS::Lambda::Function": { averageMs: 500 },
  },
};

/** The tiers of the development environment, each with those beneath it, in the region it is in. */
export function tierCosts(): TierCost[] {
  return TIERS.map((tier) => {
    const config = { ...ENVIRONMENTS.dev, tier };
    const idle = costOf(config, { profile: "idle", types: NOBODY_RUNS });
    const busy = costOf(config, withCalls(THOUSAND));
    const unpriced = new Set(idle.flatMap((stack) => stack.unpriced.map(({ type }) => type)));
    return { tier, idle: total(idle), thousand: total(busy), unpriced: [...unpriced].toSorted() };
  });
}

function total(estimates: readonly CostEstimate[]): number {
  return estimates.reduce((sum, { monthly }) => sum + monthly, 0);
}

function costOf(config: EnvironmentConfig, usage: Usage): CostEstimate[] {
  const outdir = mkdtempSync(join(tmpdir(), "conductor-costs-"));
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { "aws:cdk:bundling-stacks": [] } });
    addEnvironment(app, config);
    return app.synth().stacks.map(({ template }) => {
      const resources = templateResources(template as object, { region: config.region });
      return estimate(resources, { region: config.region, usage: known(usage, resources) });
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const HOURS = 730;
const DAYS = HOURS / 24;

/** What the clock calls, whatever happens: calls a month, and milliseconds of each when nothing is to be done. */
const BY_THE_CLOCK: Readonly<
  Record<string, { readonly requestsPerMonth: number; readonly averageMs: number }>
> = {
  Dispatcher: { requestsPerMonth: 60 * HOURS, averageMs: 50 },
  Notifier: { requestsPerMonth: 60 * HOURS, averageMs: 50 },
  HealthWatch: { requestsPerMonth: DAYS, averageMs: 1_000 },
  SpendingWatch: { requestsPerMonth: DAYS, averageMs: 2_000 },
  StackWatch: { requestsPerMonth: DAYS, averageMs: 60_000 },
};

function withCalls(usage: Usage): Usage {
  return { ...usage, resources: calls(1_000) };
}

function calls(changes: number): NonNullable<Usage["resources"]> {
  const called = Object.entries(CALLS).map(([name, each]) => {
    const anyway = BY_THE_CLOCK[name]?.requestsPerMonth ?? 0;
    const averageMs = MILLISECONDS[name] ?? 500;
    return [name, { requestsPerMonth: each * changes + anyway, averageMs }] as const;
  });
  return { ...BY_THE_CLOCK, ...Object.fromEntries(called) };
}

/** Functions by their logical ids, which begin with what they are called here. */
function known(usage: Usage, resources: readonly { address: string; type: string }[]): Usage {
  const given = usage.resources ?? BY_THE_CLOCK;
  const own = resources
    .filter(({ type }) => type === "AWS::Lambda::Function")
    .flatMap(({ address }) =>
      Object.entries(given)
        .filter(([name]) => address.startsWith(`${name}Function`))
        .map(([, values]) => [address, values] as const),
    );
  return { ...usage, resources: Object.fromEntries(own) };
}

/** The table as Markdown. */
export function tableText(costs: readonly TierCost[]): string {
  const rows = costs.map(
    ({ tier, idle, thousand }) =>
      `| ${tier} | $${idle.toFixed(2)} | $${CEILINGS[tier]} | $${thousand.toFixed(2)} |`,
  );
  return [
    "| tier, with those beneath | idle | at most | with 1,000 changes |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
