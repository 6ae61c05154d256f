import { ApprovalError } from "../../core/approval/approval-error.ts";
import { type Dossier, dossier as dossierSchema, isIntact } from "../../core/artifacts/dossier.ts";
import { artifactText } from "../../core/artifacts/text.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { type Condition, requireMet } from "../../core/gate/conditions.ts";
import { conditionsOf, type Gate, GateError, outcomeOf, requirePeople } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { POLICY_VERSION } from "../../core/policy/policy.ts";
import type { EnvironmentSettings, World } from "../../core/ports.ts";

export interface Approved {
  readonly dossier: Dossier;
  readonly gates: readonly Gate[];
}

/**
 * The dossier of an execution with the gates that approve exactly it, read anew from artifacts and rows. What it
 * covers, the way back included, it covers for as long as the execution lives.
 * @throws GateError QuorumNotMet, OneForAll; ApprovalError ApprovalVoid
 */
export async function approvedDossier(world: World, execution: Execution): Promise<Approved> {
  if (!execution.dossier) {
    throw new GateError(
      "QuorumNotMet",
      `execution ${execution.id} has no dossier that could have been approved`,
    );
  }
  const text = await artifactText(world.artifacts, execution.dossier.sha256);
  const dossier = dossierSchema.parse(JSON.parse(text));
  const gates = (await ofExecution(world.table, execution.id)).filter(
    ({ digest }) => digest === dossier.digest,
  );
  requireSame(dossier, execution, world.environment(execution.environment));
  requireQuorum(dossier, gates);
  requireAskedToSkip(execution, gates);
  return { dossier, gates };
}

/** The dossier is the one whose digest was approved, of this execution, for the account its environment has. */
function requireSame(
  dossier: Dossier,
  { id, account, region, stack, digest }: Execution,
  settings: Pick<EnvironmentSettings, "account" | "region">,
): void {
  refuse([
    isIntact(dossier) ? "" : "the dossier is not what its digest was taken of",
    dossier.digest === digest ? "" : "the dossier is not the one that was put before people",
    dossier.executionId === id ? "" : `the dossier belongs to execution ${dossier.executionId}`,
    dossier.account === account && dossier.region === region && dossier.stack === stack
      ? ""
      : "the dossier is for another account, region or stack",
    settings.account === dossier.account && settings.region === dossier.region
      ? ""
      : `${dossier.environment} is now account ${settings.account} in ${settings.region}`,
  ]);
}

/**
 * Something may still be begun on this approval: under the policy in force, and before its gates' time is over.
 * @throws ApprovalError ApprovalVoid
 */
export function requireCurrent({ dossier: { policyVersion }, gates }: Approved, now: Date): void {
  const late = gates.find(({ expiresAt }) => now.getTime() >= Date.parse(expiresAt));
  refuse([
    policyVersion === POLICY_VERSION ? "" : `the policy is now ${POLICY_VERSION}, not ${policyVersion}`,
    late ? `the approval of gate ${late.id} could be used until ${late.expiresAt}` : "",
  ]);
}

/**
 * Everything the approvals depend on holds now.
 * @returns what that is, of each kind the narrowest
 * @throws ConditionError ConditionUnmet
 */
export function requireConditions(
  { dossier, gates }: Approved,
  { spent }: Execution,
  now: Date,
): readonly Condition[] {
  const conditions = conditionsOf(gates);
  requireMet(conditions, { dossier, spentMicroUsd: spent.microUsd }, now);
  return conditions;
}

/** A gate was skipped by the wish of who started the change, and of nobody else. @throws GateError QuorumNotMet */
function requireAskedToSkip({ skipGates }: Execution, gates: readonly Gate[]): void {
  const odd = gates.find(({ skipped }) => skipped !== undefined && skipped.by !== skipGates);
  if (!odd) return;
  throw new GateError("QuorumNotMet", `the gate ${odd.type} was skipped, which nobody asked for`);
}

function refuse(differences: readonly string[]): void {
  const found = differences.filter((difference) => difference !== "");
  if (found.length > 0) throw new ApprovalError("ApprovalVoid", found.join("; "));
}

/** Every gate the dossier calls for stands approved on its digest, by enough people; and it calls for one at least. */
function requireQuorum(dossier: Dossier, gates: readonly Gate[]): void {
  if (dossier.gates.length === 0) {
    throw new GateError("QuorumNotMet", "the dossier asks nobody; nothing is applied without an approval");
  }
  for (const { type, requiredApprovals } of dossier.gates) {
    const approved = gates.some(
      (gate) =>
        gate.type === type && gate.requiredApprovals >= requiredApprovals && outcomeOf([gate]) === "approved",
    );
    if (!approved) {
      throw new GateError(
        "QuorumNotMet",
        `the gate ${type} needs ${requiredApprovals} approvals of digest ${dossier.digest.slice(0, 12)} and does not have them`,
      );
    }
  }
  requirePeople(gates);
}
