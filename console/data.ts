import { type Environment, environment } from "../core/artifacts/vocabulary.ts";
import { usdOf } from "../core/budget/amounts.ts";
import { spentOn } from "../core/budget/day.ts";
import type { Execution } from "../core/execution/execution.ts";
import { list } from "../core/execution/executions.ts";
import { canDecide } from "../core/gate/can-decide.ts";
import { type Gate, lapse } from "../core/gate/gate.ts";
import { openGates } from "../core/gate/gates.ts";
import { type Identity, may } from "../core/identity/access.ts";
import type { World } from "../core/ports.ts";
import { lastReport, WATCHES } from "../core/watch/report.ts";
import type { WatchState } from "./pages/watches.ts";
import type { DaySpend } from "./parts/charts.ts";

export function visibleTo(identity: Identity): readonly Environment[] {
  return environment.options.filter((name) => may(identity, "view", name));
}

/** The newest executions somebody may see, of one status or of any. */
export async function executionsFor(
  { table }: World,
  identity: Identity,
  query: {
    readonly status?: Execution["status"] | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<{ executions: readonly Execution[]; cursor: string | null }> {
  const visible = visibleTo(identity);
  const page = await list(table, query);
  const executions = page.executions.filter((one) => visible.includes(one.environment));
  return { executions, cursor: page.cursor ?? null };
}

const UNDER_WAY = ["running", "paused", "pending"] as const;

export async function underWay(world: World, identity: Identity): Promise<readonly Execution[]> {
  const pages = await Promise.all(
    UNDER_WAY.map((status) => executionsFor(world, identity, { status, limit: 20 })),
  );
  return pages.flatMap(({ executions }) => executions);
}

/** Open gates somebody may see: those that wait for them, and those that wait for others. */
export async function gatesFor(world: World, identity: Identity): Promise<{ mine: Gate[]; others: Gate[] }> {
  const now = world.clock.now();
  const pages = await Promise.all(visibleTo(identity).map((name) => openGates(world.table, name)));
  const open = pages.flat().filter((gate) => lapse(gate, now).status === "open");
  return {
    mine: open.filter((gate) => canDecide(identity, gate, now)),
    others: open.filter((gate) => !canDecide(identity, gate, now)),
  };
}

const DAYS = 14;
const DAY_MS = 86_400_000;

/** What was spent on each of the last days, the oldest first. */
export async function spendByDay({ table, clock }: World): Promise<readonly DaySpend[]> {
  const now = clock.now().getTime();
  const days = Array.from({ length: DAYS }, (_, ago) => dayOf(new Date(now - (DAYS - 1 - ago) * DAY_MS)));
  return await Promise.all(
    days.map(async (day) => ({ day, usd: usdOf((await spentOn(table, day)).microUsd) })),
  );
}

/** Of what a workspace has for a day; the caps are those of the first of its environments. */
export async function budgetToday(
  { table, clock, environment: settings }: World,
  [first = "dev"]: readonly Environment[],
) {
  const { limits } = settings(first);
  const spent = await spentOn(table, dayOf(clock.now()));
  const cap = spent.cap ?? { tokens: limits.tokens.daily, microUsd: limits.usd.daily * 1_000_000 };
  return {
    tokens: { used: spent.tokens, cap: cap.tokens },
    usd: { used: usdOf(spent.microUsd), cap: usdOf(cap.microUsd) },
    brake: limits.brake,
  };
}

/** What each watch found last, in the environments somebody may see. */
export async function watchStates(
  { table }: World,
  environments: readonly Environment[],
): Promise<WatchState[]> {
  const all = environments.flatMap((name) => WATCHES.map((watch) => ({ watch, environment: name })));
  return await Promise.all(
    all.map(async (one) => ({ ...one, last: await lastReport(table, one.watch, one.environment) })),
  );
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
