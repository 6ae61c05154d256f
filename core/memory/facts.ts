import * as z from "zod";
import { artifactRef, environment, instant, stackName } from "../artifacts/vocabulary.ts";
import { excerpt } from "../excerpt.ts";
import type { EnvironmentSettings } from "../ports.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";

/** What is known of an environment, or of a stack in it, apart from any change. */
export const fact = z.strictObject({
  kind: z.enum(["account", "budget", "endpoint", "owner", "runbook"]),
  environment,
  /** Absent when it holds for the whole environment. */
  stack: stackName.optional(),
  name: z.string(),
  value: z.string(),
  /** Who says so: `configuration`, or the execution that showed it. */
  source: z.string(),
  at: instant.optional(),
  /** Where to read more of it. */
  artifact: artifactRef.optional(),
});

export type Fact = z.output<typeof fact>;

/** What an execution has shown of its stack. */
export type ShownFact = Pick<Fact, "name" | "value" | "artifact"> & {
  readonly kind: Exclude<Fact["kind"], "account">;
};

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

/** Everything known that bears on a change of this stack: the configuration, and what earlier changes showed. */
export async function factsAbout(
  table: Table,
  { environment, stack }: Subject,
  settings: EnvironmentSettings,
): Promise<Fact[]> {
  return [...configuredFacts(settings), ...(await shownFacts(table, { environment, stack }))];
}

/** What earlier changes showed of a stack. */
export async function shownFacts(table: Table, subject: Subject): Promise<Fact[]> {
  const { items } = await table.query({ pk: factKey(subject, "").pk, limit: MOST_FACTS });
  return items.map(({ attributes }) => attributes as unknown as Fact);
}

export interface Lesson {
  readonly subject: Subject;
  /** The execution that shows it. */
  readonly source: string;
  readonly at: string;
  readonly facts: readonly ShownFact[];
  /** What was known before and is not among them: gone whoever showed it, only when this execution did, or kept. */
  readonly forget: "everything else" | "its own" | "nothing";
}

/** Keeps what an execution showed of its stack, and forgets what no longer holds. */
export async function learn(table: Table, lesson: Lesson): Promise<DeferredWrite> {
  const { subject, source, at, facts } = lesson;
  const shown = new Map<string, Fact>(
    facts
      .slice(0, MOST_FACTS)
      .map((one) => [
        nameOf(one),
        { ...subject, ...one, value: excerpt(one.value, LONGEST_VALUE), source, at },
      ]),
  );
  const known = await shownFacts(table, subject);
  const outdated = known.filter((one) => !shown.has(nameOf(one)) && isForgotten(one, lesson));
  const keyOf = (one: Fact) => factKey(subject, nameOf(one));
  return {
    keys: [...shown.values(), ...outdated].map(keyOf),
    write: async (unit) => {
      for (const one of outdated) if (await unit.get(keyOf(one))) unit.remove(keyOf(one));
      for (const one of shown.values()) {
        await unit.get(keyOf(one));
        unit.put({ ...keyOf(one), attributes: one });
      }
    },
  };
}

function isForgotten({ source }: Fact, lesson: Lesson): boolean {
  if (lesson.forget === "its own") return source === lesson.source;
  return lesson.forget === "everything else";
}

function nameOf({ kind, name }: Pick<Fact, "kind" | "name">): string {
  return `${kind}#${name}`;
}

function factKey({ environment, stack }: Subject, fact: string) {
  return keys.memory(`fact#${environment}/${stack}`, fact);
}
