import { z } from "zod";
import { environment, instant, stackName } from "../artifacts/vocabulary.ts";
import { usdOf } from "../budget/amounts.ts";
import { leftToday } from "../budget/ledger.ts";
import { excerpt } from "../excerpt.ts";
import type { EnvironmentSettings } from "../ports.ts";
import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";

/** What is known of an environment, or of a stack in it, apart from any change. */
export const fact = z.strictObject({
  kind: z.enum(["account", "budget", "endpoint", "owner"]),
  environment,
  /** Absent when it holds for the whole environment. */
  stack: stackName.optional(),
  name: z.string(),
  value: z.string(),
  /** Who says so: `configuration`, `ledger`, or the execution that showed it. */
  source: z.string(),
  at: instant.optional(),
});

export type Fact = z.output<typeof fact>;

/** What an execution has shown of its stack. */
export type ShownFact = Pick<Fact, "name" | "value"> & { readonly kind: "budget" | "endpoint" | "owner" };

/** Facts of one stack that are kept and given; the first of them by name. */
const MOST_FACTS = 50;
const LONGEST_VALUE = 500;

export interface Subject {
  readonly environment: EnvironmentSettings["environment"];
  readonly stack: string;
}

/** The accounts and caps that configuration gives. */
export function configuredFacts(settings: EnvironmentSettings): Fact[] {
  const { account, region, limits, costDeltaMonthlyLimitUsd } = settings;
  const told = { environment: settings.environment, source: "configuration" } as const;
  const pipeline = `$${limits.usd.perPipeline} and ${limits.tokens.perPipeline} tokens`;
  return [
    { ...told, kind: "account", name: "account", value: `${account} in ${region}` },
    { ...told, kind: "budget", name: "a pipeline", value: `at most ${pipeline}` },
    { ...told, kind: "budget", name: "a change", value: `adds at most $${costDeltaMonthlyLimitUsd} a month` },
  ];
}

/** Everything known that bears on a change of this stack: configuration, today's budget, what earlier changes showed. */
export async function factsAbout(
  table: Table,
  { environment, stack }: Subject,
  settings: EnvironmentSettings,
  now: Date,
): Promise<Fact[]> {
  const left = await leftToday(table, settings.limits, now);
  const today: Fact = {
    kind: "budget",
    environment,
    name: "today",
    value: `$${usdOf(left.microUsd).toFixed(2)} and ${left.tokens} tokens are left`,
    source: "ledger",
  };
  return [...configuredFacts(settings), today, ...(await shownFacts(table, { environment, stack }))];
}

/** What earlier changes showed of a stack. */
export async function shownFacts(table: Table, subject: Subject): Promise<Fact[]> {
  const { items } = await table.query({ pk: factKey(subject, "", "").pk, limit: MOST_FACTS });
  return items.map(({ attributes }) => attributes as unknown as Fact);
}

export interface Lesson {
  readonly subject: Subject;
  /** The execution that shows it. */
  readonly source: string;
  readonly at: string;
  readonly facts: readonly ShownFact[];
  /** What was known before and is not among them: gone whoever showed it, or only when this execution did. */
  readonly forget: "everything else" | "its own";
}

/** Keeps what an execution showed of its stack, and forgets what no longer holds. */
export async function learn(unit: Unit, table: Table, lesson: Lesson): Promise<void> {
  const { subject, source, at, facts, forget } = lesson;
  const shown = new Map<string, Fact>(
    facts.slice(0, MOST_FACTS).map(({ kind, name, value }) => {
      const told = { ...subject, kind, name, value: excerpt(value, LONGEST_VALUE), source, at };
      return [`${kind}#${name}`, told] as const;
    }),
  );
  for (const known of await shownFacts(table, subject)) {
    const outdated = !shown.has(`${known.kind}#${known.name}`);
    if (!outdated || (forget === "its own" && known.source !== source)) continue;
    const key = factKey(subject, known.kind, known.name);
    if (await unit.get(key)) unit.remove(key);
  }
  for (const told of shown.values()) {
    const key = factKey(subject, told.kind, told.name);
    await unit.get(key);
    unit.put({ ...key, attributes: told });
  }
}

function factKey({ environment, stack }: Subject, kind: string, name: string) {
  return keys.memory(`fact#${environment}/${stack}`, `${kind}#${name}`);
}
