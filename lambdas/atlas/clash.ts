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
  { region, attempt }: { region: string; attempt: number },
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
function contradictions(goal: GoalStatement, made: Design): Clash[] {
  return made.components.flatMap(({ name, parameters }, index) => {
    const found: Clash[] = [];
    const parameterField = `requires[${index}].parameters`;
    if (made.circumstances.availability === "multi-az" && parameters["multiAz"] === false) {
      found.push(
        contradiction(
          "constraints.availability",
          "multi-az",
          `${name} is set to one zone`,
          `${parameterField}.multiAz`,
        ),
      );
    }
    if (made.circumstances.compliance.length > 0 && parameters["customerManagedKey"] === false) {
      const regimes = goal.constraints.compliance.join(", ");
      const field = `${parameterField}.customerManagedKey`;
      found.push(
        contradiction("constraints.compliance", regimes, `${name} refuses a customer-managed key`, field),
      );
    }
    return found;
  });
}

function contradiction(constraint: string, asked: string, needed: string, field: string): Clash {
  return {
    constraint,
    asked,
    needed,
    relaxations: [{ field, from: false, to: true, description: `leave ${field} out, or set it to true` }],
  };
}

export function roundCents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
