import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import { SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import type { CostEstimate } from "../../core/cost/estimate.ts";
import type { EnvironmentSettings } from "../../core/ports.ts";
import { roundCents } from "./clash.ts";
import { type Design, titleOf } from "./design.ts";
import { diagramOf } from "./diagram.ts";

interface PlanParts {
  readonly goal: GoalStatement;
  readonly goalSha256: string;
  readonly design: Design;
  readonly cost: CostEstimate;
  readonly settings: EnvironmentSettings;
  readonly attempt: number;
  readonly requestedBy: string;
}

/** The plan of a design: everything in it follows from the goal, the catalog and the environment's settings. */
export function planOf({
  goal,
  goalSha256,
  design,
  cost,
  settings,
  attempt,
  requestedBy,
}: PlanParts): PlanSpec {
  const { limits } = settings;
  const limit = goal.constraints.monthlyCostLimitUsd;
  return {
    schemaVersion: SCHEMA_VERSION,
    source: "rules",
    attempt,
    goalSha256,
    summary: `${goal.stack} in ${goal.environment}: ${design.components.map(({ name, block }) => `${titleOf(block)} "${name}"`).join(", ")}`,
    stack: goal.stack,
    environment: goal.environment,
    account: settings.account,
    region: settings.region,
    availability: goal.constraints.availability,
    compliance: goal.constraints.compliance,
    components: [...design.components],
    phases: phases(goal),
    parameters: {},
    budgets: {
      tokens: limits.tokens.perPipeline,
      minutes: limits.minutes.perPipeline,
      usd: limits.usd.perPipeline,
      ...(limit === undefined ? {} : { monthlyCostLimitUsd: limit }),
    },
    cost: { monthlyUsd: roundCents(cost.monthly), atLeast: cost.atLeast },
    assumptions: assumptions(goal, cost, settings),
    constraints: constraints(goal, settings),
    exitCriteria: exitCriteria(goal),
    wontDo: wontDo(design),
    rollback:
      "If the stack is new it is deleted again, but for what its deletion policies retain; if it exists, the inverse change set brings back its present template and parameters.",
    diagram: diagramOf(design.components),
    owner: goal.stakeholders?.owner ?? requestedBy,
    ...(goal.stakeholders?.fallbackOwner ? { fallbackOwner: goal.stakeholders.fallbackOwner } : {}),
  };
}

function phases({ stack }: GoalStatement): PlanSpec["phases"] {
  return [
    {
      number: 1,
      lane: "read_only",
      title: "Discover",
      steps: [
        "design from the catalog, price it, name its risks",
        "synthesize the template and check it against the laws, before anything is asked of the account",
      ],
    },
    {
      number: 2,
      lane: "dry_run",
      title: "Prepare",
      steps: [
        `take the lock of the stack ${stack} and let CloudFormation compute the change set`,
        "validate every add, modify, replace and remove; assemble the dossier; ask the people its risk calls for",
      ],
    },
    {
      number: 3,
      lane: "execute",
      title: "Apply",
      steps: [
        "execute exactly the approved change set, watching every resource",
        "undo it on failure or on request; write the retrospective and the runbook",
      ],
    },
  ];
}

function assumptions(
  goal: GoalStatement,
  cost: CostEstimate,
  { account, region }: EnvironmentSettings,
): string[] {
  return [
    `Account ${account} in ${region} is where ${goal.environment} lives.`,
    `Monthly cost is list price of ${cost.pricesAsOf} for a small workload, on demand, without free tiers.`,
    ...(cost.unpriced.length > 0
      ? [`No price is known for ${cost.unpriced.map(({ type }) => type).join(", ")}.`]
      : []),
    ...(goal.requires
      ? []
      : ["The blocks were recognised in the goal's text; list them under `requires` to be exact."]),
  ];
}

function constraints(goal: GoalStatement, { costDeltaMonthlyLimitUsd }: EnvironmentSettings): string[] {
  const { monthlyCostLimitUsd, availability, compliance } = goal.constraints;
  return [
    ...(monthlyCostLimitUsd === undefined ? [] : [`At most $${monthlyCostLimitUsd} a month.`]),
    `A change may add at most $${costDeltaMonthlyLimitUsd} a month.`,
    `Availability: ${availability}.`,
    ...(compliance.length > 0 ? [`Compliance: ${compliance.join(", ")}.`] : []),
  ];
}

function exitCriteria({ stack }: GoalStatement): string[] {
  return [
    `The stack ${stack} is CREATE_COMPLETE or UPDATE_COMPLETE.`,
    "Every resource of the change set has the status the change set promised.",
    "No resource the change touched has drifted from its template.",
  ];
}

function wontDo({ components, ruledOut }: Design): string[] {
  return [
    ...ruledOut.map((title) => `No ${title}: the goal rules it out.`),
    ...(components.some(({ block }) => block === "http_api")
      ? ["No application code: the function answers with what it is wired to until you deploy yours."]
      : []),
    "No data is moved, imported or deleted by the plan itself.",
    "No DNS name, certificate or account setting is touched.",
    "Nothing outside this stack is changed.",
  ];
}
