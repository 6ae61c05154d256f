import { ApprovalError } from "../../core/approval/approval-error.ts";
import { type Dossier, dossier as dossierSchema, isIntact } from "../../core/artifacts/dossier.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { type Gate, GateError, outcomeOf } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { POLICY_VERSION } from "../../core/policy/policy.ts";
import type { World } from "../../core/ports.ts";

export interface Approved {
  readonly dossier: Dossier;
  readonly gates: readonly Gate[];
}

/**
 * The dossier of an execution with the gates that approve exactly it, read anew from artifacts and rows.
 * @throws GateError QuorumNotMet, ApprovalError ApprovalVoid
 */
export async function approvedDossier(world: World, execution: Execution): Promise<Approved> {
  if (!execution.dossier) {
    throw new GateError(
      "QuorumNotMet",
      `execution ${execution.id} has no dossier that could have been approved`,
    );
  }
  const text = new TextDecoder().decode(await world.artifacts.get(execution.dossier.sha256));
  const dossier = dossierSchema.parse(JSON.parse(text));
  const gates = (await ofExecution(world.table, execution.id)).filter(
    ({ digest }) => digest === dossier.digest,
  );
  requireSame(dossier, execution);
  requireQuorum(dossier, gates);
  return { dossier, gates };
}

/** The dossier is the one whose digest was approved, of this execution, under the policy in force. */
function requireSame(dossier: Dossier, { id, account, region, stack, digest }: Execution): void {
  const differences = [
    isIntact(dossier) ? "" : "the dossier is not what its digest was taken of",
    dossier.digest === digest ? "" : "the dossier is not the one that was put before people",
    dossier.executionId === id ? "" : `the dossier belongs to execution ${dossier.executionId}`,
    dossier.account === account && dossier.region === region && dossier.stack === stack
      ? ""
      : "the dossier is for another account, region or stack",
    dossier.policyVersion === POLICY_VERSION
      ? ""
      : `the policy is now ${POLICY_VERSION}, not ${dossier.policyVersion}`,
  ].filter((difference) => difference !== "");
  if (differences.length > 0) throw new ApprovalError("ApprovalVoid", differences.join("; "));
}

/** Every gate the dossier calls for stands approved on its digest, by enough people. */
function requireQuorum(dossier: Dossier, gates: readonly Gate[]): void {
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
}
