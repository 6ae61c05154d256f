import type { Build } from "../../core/artifacts/build.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import { type Dossier, dossier } from "../../core/artifacts/dossier.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import type { ChangeReport } from "../../core/artifacts/validation-report.ts";
import { type ArtifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { digestOf } from "../../core/digest.ts";
import type { RememberedFacts } from "../../core/memory/remembered.ts";
import { rollbackPlan } from "../../core/rollback/rollback-plan.ts";
import { redactIn } from "../../core/secrets/redact.ts";

/** All that a dossier is made of. */
export interface Evidence {
  readonly executionId: string;
  readonly requestedBy: string;
  readonly goal: GoalStatement;
  readonly plan: PlanSpec;
  readonly made: Build;
  readonly proposed: ChangeSet;
  readonly report: ChangeReport;
  readonly artifacts: readonly ArtifactRef[];
  readonly remembered?: RememberedFacts;
  readonly simulated: boolean;
  readonly now: Date;
}

/**
 * Assembles the dossier and puts the one digest over it that people approve: over what is kept of it, so nothing
 * that would be redacted from an artifact may still be in it.
 */
export function assemble(evidence: Evidence): Dossier {
  const { goal, plan, made, proposed, report } = evidence;
  const content: Omit<Dossier, "digest"> = redactIn({
    schemaVersion: SCHEMA_VERSION,
    executionId: evidence.executionId,
    assembledAt: evidence.now.toISOString(),
    summary: summaryOf(proposed),
    why: goal.goal,
    requestedBy: evidence.requestedBy,
    plannedBy: plan.source,
    environment: made.environment,
    account: made.account,
    region: made.region,
    stack: made.stack,
    affectedSystems: [made.stack, ...report.blastRadius.services, ...goal.repoPaths],
    artifacts: [...evidence.artifacts],
    templateSha256: made.template.sha256,
    parameters: made.parameters,
    buildDigest: made.buildDigest,
    changeSet: {
      name: proposed.name,
      arn: proposed.arn,
      type: proposed.type,
      stackId: proposed.stackId,
      stackLastUpdatedAt: proposed.baseline.lastUpdatedAt,
      driftDigest: digestOf(proposed.baseline.drift),
    },
    changes: proposed.changes,
    policyVersion: report.policyVersion,
    findings: report.findings,
    risk: report.risk,
    blastRadius: report.blastRadius,
    cost: report.cost,
    costDeltaMonthlyUsd: report.cost.monthlyDelta,
    rollback: rollbackPlan(proposed, report.findings),
    gates: report.gates,
    owner: plan.owner,
    ...(plan.fallbackOwner ? { fallbackOwner: plan.fallbackOwner } : {}),
    rolloutPlan: rolloutPlan(proposed),
    simulated: evidence.simulated,
    ...(evidence.remembered && { remembered: evidence.remembered }),
  });
  return dossier.parse({ ...content, digest: digestOf(content) });
}

function summaryOf({ type, stack, environment, changes }: ChangeSet): string {
  const count = (action: string) => changes.filter((change) => change.action === action).length;
  const parts = (["add", "modify", "replace", "remove"] as const)
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0)
    .map(([number, action]) => `${number} to ${action}`);
  return `${type === "CREATE" ? "Create" : "Update"} the stack ${stack} in ${environment}: ${parts.join(", ") || "metadata only"}`;
}

function rolloutPlan({ changes }: ChangeSet): Dossier["rolloutPlan"] {
  return [
    {
      step: "execute the change set, resources in dependency order",
      threshold: "any resource that fails starts the rollback",
    },
    { step: "watch the stack's events", threshold: "60 minutes without an end start the rollback" },
    {
      step: `check the ${changes.length} changed resources for drift`,
      threshold: "any drift is reported in the retrospective",
    },
  ];
}
