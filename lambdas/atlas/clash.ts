import type { DesignBlocked, Relaxation } from "../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import { SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import { canonicalJson } from "../../core/digest.ts";
import { relax } from "../../core/plan/relax.ts";
import { type Design, design } from "./design.ts";
import { priceOf } from "./price.ts";

/** A constraint that a design does not keep, and what would do about it alone, the least first. */
export type Clash = DesignBlocked["clashes"][number] & {
  readonly relaxations: readonly [Relaxation, ...Relaxation[]];
};

/** A design by rules, and what it costs. */
export interface Priced {
  readonly made: Design;
  readonly cost: CostEstimate;
  /** Which of the designs it is, from 1, each more frugal than the one before. */
  readonly tried: number;
}

/** The constraints of a goal that a design cannot keep. */
export function clashesOf(goal: GoalStatement, priced: Priced, region: string): Clash[] {
  return [
    ...regionClash(goal, region),
    ...costClash(goal, priced, region),
    ...contradictions(goal, priced.made),
  ];
}

interface Blocking {
  readonly cost: CostEstimate;
  readonly attempt: number;
  readonly agreed: readonly Relaxation[];
  /** What would still clash if the goal were relaxed so. */
  readonly clashesAfter: (relaxed: GoalStatement) => readonly Clash[];
}

/** The answer where constraints clash, with the smallest set of relaxations that together let a design through. */
export function blockedBy(
  goal: GoalStatement,
  clashes: readonly [Clash, ...Clash[]],
  { cost, attempt, agreed, clashesAfter }: Blocking,
): DesignBlocked {
  const [first, ...others] = clashes;
  const [smallestRelaxation, ...together] = smallestSet(goal, clashes, clashesAfter);
  return {
    schemaVersion: SCHEMA_VERSION,
    reason: clashes
      .map(({ constraint, asked, needed }) => `${constraint} asks for ${asked}, but ${needed}`)
      .join("; "),
    clashes: clashes.map(({ constraint, asked, needed }) => ({ constraint, asked, needed })),
    smallestRelaxation,
    together,
    alternatives: others.length === 0 && together.length === 0 ? first.relaxations.slice(1) : [],
    cheapestMonthlyUsd: clashes.some(({ constraint }) => constraint === LIMIT)
      ? roundCents(cost.monthly)
      : null,
    attempts: attempt,
    agreed: [...agreed],
  };
}

function smallestSet(
  goal: GoalStatement,
  clashes: readonly [Clash, ...Clash[]],
  clashesAfter: Blocking["clashesAfter"],
): [Relaxation, ...Relaxation[]] {
  const least = leastOf(clashes[0], clashes);
  const set: [Relaxation, ...Relaxation[]] = [least];
  let relaxed = relax(goal, least);
  for (;;) {
    const left = clashesAfter(relaxed);
    const [next] = left;
    if (!next) return set;
    const more = leastOf(next, left);
    set.push(more);
    relaxed = relax(relaxed, more);
  }
}

/** The limit of cost comes last: whatever else is relaxed changes what a design costs. */
function leastOf(first: Clash, clashes: readonly Clash[]): Relaxation {
  return (clashes.find(({ constraint }) => constraint !== LIMIT) ?? first).relaxations[0];
}

const LIMIT = "constraints.monthlyCostLimitUsd";

function regionClash(goal: GoalStatement, region: string): Clash[] {
  const asked = goal.constraints.region;
  if (!asked || asked === region) return [];
  const field = "constraints.region";
  return [
    {
      constraint: field,
      asked,
      needed: `the ${goal.environment} environment is in ${region}`,
      relaxations: [{ field, from: asked, to: region, description: `build in ${region}` }],
    },
  ];
}

function costClash(goal: GoalStatement, { made, cost, tried }: Priced, region: string): Clash[] {
  const limit = goal.constraints.monthlyCostLimitUsd;
  if (limit === undefined || cost.monthly <= limit) return [];
  const needed = Math.ceil(cost.monthly);
  const isCheapest = canonicalJson(made.components) === canonicalJson(design(goal, tried + 1).components);
  const { availability } = made.circumstances;
  const which = isCheapest ? `the cheapest ${availability} design found` : `this ${availability} design`;
  const raise = {
    field: LIMIT,
    from: limit,
    to: needed,
    description: `allow $${needed} a month, $${roundCents(needed - limit)} more than asked`,
  };
  return [
    {
      constraint: LIMIT,
      asked: `at most $${limit} a month`,
      needed: `${which} costs ${cost.atLeast ? "at least " : ""}$${roundCents(cost.monthly)}`,
      relaxations: [raise, ...giveUpStandby(goal, limit, region)],
    },
  ];
}

/** Living without a standby, where that alone brings the cost under the limit. */
function giveUpStandby(goal: GoalStatement, limit: number, region: string): Relaxation[] {
  if (goal.constraints.availability !== "multi-az") return [];
  const single = design({ ...goal, constraints: { ...goal.constraints, availability: "single-az" } }, 2);
  const cost = priceOf(single.components, region);
  if (cost.monthly > limit) return [];
  const description = `run in one zone for ${cost.atLeast ? "at least " : ""}$${roundCents(cost.monthly)} a month, with minutes to hours of outage when that zone fails`;
  return [{ field: "constraints.availability", from: "multi-az", to: "single-az", description }];
}

/** Parameters the goal sets itself against what its own constraints ask for. */
function contradictions({ constraints }: GoalStatement, { components }: Design): Clash[] {
  return components.flatMap(({ name, parameters }, index) =>
    contradicted(constraints, parameters).map(({ parameter, constraint, asked }) => {
      const field = `requires[${index}].parameters.${parameter}`;
      const description = `leave ${field} out, or set it to true`;
      return {
        constraint,
        asked,
        needed: `${name} has ${parameter} switched off`,
        relaxations: [{ field, from: false, to: true, description }],
      };
    }),
  );
}

interface Contradiction {
  readonly parameter: string;
  readonly constraint: string;
  readonly asked: string;
}

/** Parameters of a block that are switched off although a constraint asks for them. */
export function contradicted(
  { availability, compliance }: GoalStatement["constraints"],
  parameters: Readonly<Record<string, unknown>>,
): Contradiction[] {
  const asked = [
    {
      parameter: "multiAz",
      constraint: "constraints.availability",
      asked: availability === "multi-az" ? availability : "",
    },
    {
      parameter: "customerManagedKey",
      constraint: "constraints.compliance",
      asked: compliance.join(", "),
    },
  ];
  return asked.filter((one) => one.asked !== "" && parameters[one.parameter] === false);
}

export function roundCents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
