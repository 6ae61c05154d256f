import type { Finding } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { usdOf } from "../budget/amounts.ts";
import { spentOn } from "../budget/day.ts";
import { isOverLine } from "../budget/line.ts";
import type { World } from "../ports.ts";
import type { Seen } from "./report.ts";

/** What the account's services were charged for, day by day, as its bill has it so far. */
export interface Bill {
  /** @param days before today, the last of them yesterday */
  daily(now: Date, days: number): Promise<readonly BilledDay[]>;
}

export interface BilledDay {
  /** `2026-11-25`. */
  readonly day: string;
  readonly usd: number;
  readonly byService: readonly { readonly service: string; readonly usd: number }[];
}

export interface SpendingWatching {
  readonly world: Pick<World, "table" | "clock" | "environment">;
  readonly environment: Environment;
  readonly monthlyBudgetUsd: number;
  /** Absent where no account sends one. */
  readonly bill?: Bill | undefined;
}

/** A month so far, and two weeks to compare a day with. */
const LOOKED_BACK_DAYS = 31;
const COMPARED_DAYS = 14;
/** A day stands out when it costs so many times the middle of those before it, and so many dollars more. */
const STANDS_OUT = { times: 1.5, usd: 5 };
const DAY_MS = 86_400_000;

/** Looks at what agents have spent in a day against its cap, and at the account's bill against the month's budget. */
export async function watchSpending(watching: SpendingWatching): Promise<Seen> {
  const { world, environment, bill } = watching;
  const { limits } = world.environment(environment);
  const now = world.clock.now();
  const yesterday = new Date(now.getTime() - DAY_MS).toISOString().slice(0, 10);
  const spent = await spentOn(world.table, yesterday);
  const agents = usdOf(spent.microUsd);
  const billed = bill ? await bill.daily(now, LOOKED_BACK_DAYS) : [];
  const month = billed.filter(({ day }) => day.startsWith(yesterday.slice(0, 7)));
  const soFar = sum(month.map(({ usd }) => usd));
  return {
    findings: [
      ...overLine("Agents' dollars", agents, limits.usd.daily, limits.brake, `on ${yesterday}`),
      ...overLine("Agents' tokens", spent.tokens, limits.tokens.daily, limits.brake, `on ${yesterday}`),
      ...overLine("The account's bill", soFar, watching.monthlyBudgetUsd, limits.brake, "this month"),
      ...standsOut(billed),
    ],
    figures: {
      agentsUsd: agents,
      agentsTokens: spent.tokens,
      ...(bill && { billUsdYesterday: round(billed.at(-1)?.usd ?? 0), billUsdThisMonth: round(soFar) }),
      ...(bill && { billForecastUsd: round(forecast(soFar, month.length, yesterday)) }),
    },
  };
}

/** What the month would come to if it went on like this. */
function forecast(soFar: number, days: number, day: string): number {
  const [year = 0, month = 0] = day.split("-").map(Number);
  const inMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return days === 0 ? 0 : (soFar / days) * inMonth;
}

function overLine(what: string, used: number, cap: number, line: number, when: string): Finding[] {
  if (!isOverLine(used, cap, line)) return [];
  return [
    {
      rule: "over-the-line",
      severity: isOverLine(used, cap, 1) ? "error" : "warning",
      resource: what,
      message: `${round(used)} of ${round(cap)} were spent ${when}: more than ${Math.round(line * 100)} %`,
      fix: "see which executions did (the console's overview), or raise the limit in config/environments/",
    },
  ];
}

/** Yesterday against the middle of the days before it, with the services that made the difference. */
function standsOut(billed: readonly BilledDay[]): Finding[] {
  const last = billed.at(-1);
  const before = billed.slice(0, -1).slice(-COMPARED_DAYS);
  if (!last || before.length < 7) return [];
  const usual = median(before.map(({ usd }) => usd));
  if (last.usd <= usual * STANDS_OUT.times || last.usd - usual <= STANDS_OUT.usd) return [];
  const usualOf = (service: string) =>
    median(before.map(({ byService }) => byService.find((one) => one.service === service)?.usd ?? 0));
  const causes = last.byService
    .map(({ service, usd }) => ({ service, more: usd - usualOf(service) }))
    .sort((one, other) => other.more - one.more)
    .slice(0, 3)
    .filter(({ more }) => more > 0.01)
    .map(({ service, more }) => `${service} $${round(more)} more`);
  return [
    {
      rule: "cost-stands-out",
      severity: "warning",
      resource: "The account's bill",
      message: `${last.day} cost $${round(last.usd)}, where a day usually costs $${round(usual)}: ${causes.join(", ")}`,
      fix: "compare with what was applied that day (conductor list), and undo what was not meant",
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Cents, as bills have them. */
function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
