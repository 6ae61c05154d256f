import type { DesignBlocked, Relaxation } from "../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import { SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import { type Design, design } from "./design.ts";
import { priceOf } from "./price.ts";

type Clash = DesignBlocked["clashes"][number] & { readonly relaxations: readonly Relaxation[] };

/** The constraints of a goal that this design cannot keep, or undefined when it keeps them all. */
export function clashOf(
  goal: GoalStatement,
  made: Design,
  cost: CostEstimate,
  { region, attempt, agreed = [] }: { region: string; attempt: number; agreed?: readonly Relaxation[] },
): DesignBlocked | undefined {
  const clashes = [
    ...regionClash(goal, region),
    ...costClash(goal, made, cost, region),
    ...contradictions(goal, made),
  ];
  const [first] = clashes;
  const [smallest, ...alternatives] = clashes.flatMap(({ relaxations }) => relaxations);
  if (!first || !smallest) return undefined;
  return {
    schemaVersion: SCHEMA_VERSION,
    reason: clashes
      .map(({ constraint, asked, needed }) => `${constraint} asks for ${asked}, but ${needed}`)
      .join("; "),
    clashes: clashes.map(({ constraint, asked, needed }) => ({ constraint, asked, needed })),
    smallestRelaxation: smallest,
    alternatives,
    cheapestMonthlyUsd: first.constraint === LIMIT ? roundCents(cost.monthly) : null,
    attempts: attempt,
    agreed: [...agreed],
  };
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

function costClash(goal: GoalStatement, made: Design, cost: CostEstimate, region: string): Clash[] {
  const limit = goal.constraints.monthlyCostLimitUsd;
  if (limit === undefined || cost.monthly <= limit) return [];
  const needed = Math.ceil(cost.monthly);
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
      needed: `the cheapest ${made.circumstances.availability} design found costs ${cost.atLeast ? "at least " : ""}$${roundCents(cost.monthly)}`,
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
