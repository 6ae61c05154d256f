import type { ChangeSet, ResourceChange } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { digestOf, sha256 } from "../../core/digest.ts";
import { POLICY_VERSION } from "../../core/policy/policy.ts";
import { rollbackPlan } from "../../core/rollback/rollback-plan.ts";
import { AT, DEV, ref } from "./records.ts";

const STACK_ID = "arn:aws:cloudformation:af-south-1:536580886816:stack/shop/1";
const UPDATED = "2026-01-04T12:00:00.000Z";

/** Gates that a dossier may ask for. */
export const human = (requiredApprovals: number) => ({
  type: "human_approval" as const,
  requiredApprovals,
  why: "its risk",
});
export const security = { type: "security_check" as const, requiredApprovals: 1, why: "a role" };

export function aChange(changes: Partial<ResourceChange> = {}): ResourceChange {
  return {
    action: "modify",
    logicalId: "Table",
    physicalId: "shop-table",
    type: "AWS::DynamoDB::Table",
    holdsState: true,
    changed: [{ path: "Properties.Tags", requiresRecreation: "never" }],
    ...changes,
  };
}

/** The update of the stack `shop` that CloudFormation computed. */
export function aChangeSet(changes: Partial<ChangeSet> = {}): ChangeSet {
  return {
    schemaVersion: "0.1",
    name: "conductor-1",
    arn: "arn:aws:cloudformation:af-south-1:536580886816:changeSet/conductor-1/1",
    type: "UPDATE",
    stackId: STACK_ID,
    stack: "shop",
    ...DEV,
    buildDigest: sha256("build"),
    createdAt: AT,
    parameters: {},
    tags: {},
    changes: [aChange()],
    baseline: {
      stackStatus: "UPDATE_COMPLETE",
      lastUpdatedAt: UPDATED,
      template: ref("previous-template.json", "Template"),
      parameters: { Stage: "dev" },
      tags: { Owner: "shop-team" },
      drift: [{ logicalId: "Table", status: "IN_SYNC", differences: [] }],
    },
    ...changes,
  };
}

type Content = Omit<Dossier, "digest">;

/** A complete dossier of that change set, with its own digest over whatever it says. */
export function aDossier(changes: Partial<Content> = {}, changeSet: ChangeSet = aChangeSet()): Dossier {
  const content: Content = {
    schemaVersion: "0.1",
    executionId: "exec_1",
    assembledAt: AT,
    summary: "Update the stack shop in dev: 1 to modify",
    why: "a shop",
    requestedBy: "ada",
    plannedBy: "rules",
    ...DEV,
    stack: "shop",
    affectedSystems: ["shop", "AWS::DynamoDB"],
    artifacts: [ref("change-set.json", "ChangeSet"), ref("plan.json", "PlanSpec")],
    templateSha256: sha256("template"),
    parameters: {},
    buildDigest: changeSet.buildDigest,
    changeSet: {
      name: changeSet.name,
      arn: changeSet.arn,
      type: changeSet.type,
      stackId: changeSet.stackId,
      stackLastUpdatedAt: changeSet.baseline.lastUpdatedAt,
      driftDigest: digestOf(changeSet.baseline.drift),
    },
    changes: changeSet.changes,
    policyVersion: POLICY_VERSION,
    findings: [],
    risk: { score: 0, level: "low", reasons: [] },
    blastRadius: {
      keywords: [],
      counts: { add: 0, modify: 1, replace: 0, remove: 0 },
      services: ["AWS::DynamoDB"],
      stateAtRisk: [],
    },
    cost: {
      monthlyBefore: 1,
      monthlyAfter: 2,
      monthlyDelta: 1,
      atLeast: false,
      unpriced: [],
      pricesAsOf: "2026-01-01",
    },
    costDeltaMonthlyUsd: 1,
    rollback: rollbackPlan(changeSet),
    gates: [{ type: "human_approval", requiredApprovals: 1, why: "every change needs one" }],
    owner: "shop-team",
    rolloutPlan: [{ step: "execute the change set", threshold: "any failure rolls back" }],
    simulated: true,
    ...changes,
  };
  return { ...content, digest: digestOf(content) };
}
