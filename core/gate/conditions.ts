import * as z from "zod";
import type { Dossier } from "../artifacts/dossier.ts";
import { instant } from "../artifacts/vocabulary.ts";
import { usdOf } from "../budget/amounts.ts";
import { NamedError } from "../errors.ts";

export class ConditionError extends NamedError<
  /** What is approved, or what has become of it, is outside what somebody approved. */
  | "ConditionUnmet"
  /** Under these conditions together nothing could ever be applied. */
  | "ConditionImpossible"
> {}

const dollars = z.number().min(0).max(10_000_000);

/** What each kind of condition takes as its value; the last two take none. */
const VALUES = {
  max_monthly_cost_usd: dollars,
  max_monthly_rise_usd: dollars,
  max_agent_cost_usd: dollars,
  max_resources: z.int().min(0).max(10_000),
  not_before: instant,
  not_after: instant,
} as const;

type Valued = keyof typeof VALUES;
const BARE = ["no_replacement", "no_removal"] as const;
export const CONDITION_KINDS = [...(Object.keys(VALUES) as Valued[]), ...BARE] as const;

const kinds = CONDITION_KINDS.join(", ");
const valued = <Kind extends Valued>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), value: VALUES[kind] });

/** Something that has to hold when a change is applied, in a form that needs nobody's judgement then. */
export const condition = z.discriminatedUnion(
  "kind",
  [
    valued("max_monthly_cost_usd"),
    valued("max_monthly_rise_usd"),
    valued("max_agent_cost_usd"),
    valued("max_resources"),
    valued("not_before"),
    valued("not_after"),
    z.strictObject({ kind: z.literal("no_replacement") }),
    z.strictObject({ kind: z.literal("no_removal") }),
  ],
  { error: `must be one that is checked before anything is applied (${kinds}): write others into the notes` },
);

/** As many as one decision may bear; each kind is needed once. */
export const conditions = z.array(condition).max(16);

export type Condition = z.output<typeof condition>;

/** What `max_resources=3` or `no_removal` says, for the schema to judge: times stay texts, everything else is a number. */
export function conditionFrom(text: string): unknown {
  const [kind = "", ...rest] = text.trim().split("=");
  if (rest.length === 0) return { kind };
  const value = rest.join("=").trim();
  const asTime = kind === "not_before" || kind === "not_after";
  return { kind, value: asTime || value === "" ? value : Number(value) };
}

/** A condition for people. */
export function conditionSentence(one: Condition): string {
  switch (one.kind) {
    case "max_monthly_cost_usd":
      return `the stack costs at most $${one.value} a month`;
    case "max_monthly_rise_usd":
      return `the monthly cost rises by at most $${one.value}`;
    case "max_agent_cost_usd":
      return `the agents have spent at most $${one.value}`;
    case "max_resources":
      return `at most ${one.value} resources change`;
    case "not_before":
      return `it is applied from ${timeText(one.value)} on`;
    case "not_after":
      return `it is applied before ${timeText(one.value)}`;
    case "no_replacement":
      return "nothing is replaced";
    case "no_removal":
      return "nothing is removed";
  }
}

/** To the minute, as people set it; to the second where somebody did. */
function timeText(instant: string): string {
  return `${instant.replace("T", " ").replace(/(:00(\.0+)?)?Z$/, "")} UTC`;
}

/** Of each kind the narrowest: whoever approves narrows what the others approved, and nobody widens it. */
export function narrowest(all: readonly Condition[]): readonly Condition[] {
  const found = new Map<Condition["kind"], Condition>();
  for (const one of all) {
    const held = found.get(one.kind);
    if (held === undefined || isNarrower(one, held)) found.set(one.kind, one);
  }
  return [...found.values()].sort(
    (a, b) => CONDITION_KINDS.indexOf(a.kind) - CONDITION_KINDS.indexOf(b.kind),
  );
}

function isNarrower(one: Condition, other: Condition): boolean {
  if (!("value" in one) || !("value" in other)) return false;
  const [a, b] = [amountOf(one.value), amountOf(other.value)];
  return one.kind === "not_before" ? a > b : a < b;
}

/** A dollar or a count as it is, a time in milliseconds. */
function amountOf(value: number | string): number {
  return typeof value === "number" ? value : Date.parse(value);
}

/** From when on it may be applied; undefined where nobody said. */
export function opensAt(all: readonly Condition[]): string | undefined {
  return narrowest(all).find((one) => one.kind === "not_before")?.value;
}

/** What conditions are held against. */
export interface Conditioned {
  readonly dossier: Pick<Dossier, "changes" | "cost">;
  /** What the execution's agents have spent so far, in millionths of a dollar. */
  readonly spentMicroUsd: number;
}

/**
 * Everything approved holds at this moment.
 * @throws ConditionError ConditionUnmet, naming each condition that does not and why
 */
export function requireMet(all: readonly Condition[], about: Conditioned, now: Date): void {
  const faults = narrowest(all).flatMap((one) => {
    const found = violation(one, about, now);
    return found === undefined
      ? []
      : [`the condition that ${conditionSentence(one)} does not hold: ${found}`];
  });
  if (faults.length > 0) throw new ConditionError("ConditionUnmet", faults.join("; "));
}

/** Why a condition does not hold; undefined where it does. */
function violation(one: Condition, about: Conditioned, now: Date): string | undefined {
  switch (one.kind) {
    case "max_monthly_cost_usd":
    case "max_monthly_rise_usd":
      return tooDear(one, about.dossier.cost);
    case "max_agent_cost_usd": {
      const spent = usdOf(about.spentMicroUsd);
      return spent > one.value ? `they have spent $${spent}` : undefined;
    }
    case "max_resources": {
      const { length } = about.dossier.changes;
      return length > one.value ? `${length} change` : undefined;
    }
    case "not_before":
      return now.getTime() < Date.parse(one.value) ? `it is ${now.toISOString()}` : undefined;
    case "not_after":
      return now.getTime() >= Date.parse(one.value) ? `it is ${now.toISOString()}` : undefined;
    case "no_replacement":
      return named(about.dossier.changes.filter(mayReplace), "may be replaced");
    case "no_removal":
      return named(
        about.dossier.changes.filter(({ action }) => action === "remove"),
        "would be removed",
      );
  }
}

/** A price that is not known is not below anything. */
function tooDear(
  one: Extract<Condition, { kind: "max_monthly_cost_usd" | "max_monthly_rise_usd" }>,
  { monthlyAfter, monthlyDelta, atLeast }: Dossier["cost"],
): string | undefined {
  const [figure, what] =
    one.kind === "max_monthly_cost_usd" ? [monthlyAfter, "it costs"] : [monthlyDelta, "it rises by"];
  if (figure > one.value) return `${what} $${figure.toFixed(2)}`;
  return atLeast ? `part of it has no price: ${what} at least $${figure.toFixed(2)}` : undefined;
}

/** CloudFormation knows of some properties only while it applies them whether they recreate. */
function mayReplace({ action, changed }: Dossier["changes"][number]): boolean {
  return action === "replace" || changed.some(({ requiresRecreation }) => requiresRecreation !== "never");
}

function named(changes: Dossier["changes"], what: string): string | undefined {
  if (changes.length === 0) return undefined;
  return `${changes.map(({ logicalId }) => logicalId).join(", ")} ${what}`;
}

/**
 * There is a time at which all of them hold, while the approval can still be used.
 * @throws ConditionError ConditionImpossible
 */
export function requireWindow(
  all: readonly Condition[],
  { usableUntil, now }: { readonly usableUntil: string; readonly now: Date },
): void {
  const from = opensAt(all);
  const before = narrowest(all).find((one) => one.kind === "not_after")?.value;
  if (from === undefined && before === undefined) return;
  const begins = Math.max(from === undefined ? 0 : Date.parse(from), now.getTime());
  const until = before !== undefined && Date.parse(before) < Date.parse(usableUntil) ? before : usableUntil;
  if (begins < Date.parse(until)) return;
  throw new ConditionError(
    "ConditionImpossible",
    `nothing could be applied: it would have to be from ${new Date(begins).toISOString()} on, and before ${until}`,
  );
}
