import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { ApplierSession } from "../../core/cloud/cloud.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { approvals, type Gate } from "../../core/gate/gate.ts";

/** The apply role's session for one operation: pinned to one stack and, where there is one, one change-set name. */
export function sessionFor(
  { id }: Execution,
  stackId: string,
  gates: readonly Gate[],
  changeSetName?: string,
): ApplierSession {
  const deciders = [...new Set(gates.flatMap((gate) => approvals(gate).map(({ by }) => by)))];
  return {
    executionId: id,
    // By its id: a late repetition must not reach another stack that bears the name by then.
    stack: stackId,
    ...(changeSetName ? { changeSetName } : {}),
    tags: { gates: gates.map((gate) => gate.id).join(" "), deciders: deciders.join(" ") || "nobody" },
  };
}

/**
 * The stack policy under which an approved change is executed: CloudFormation itself then refuses to replace or
 * delete anything the change set did not say it would. Under a policy whatever no statement allows is denied.
 */
export function stackPolicyFor(changes: Dossier["changes"]): string {
  const replaced = changes.filter(({ action, changed }) => action === "replace" || changed.some(mayRecreate));
  const removed = changes.filter(({ action }) => action === "remove");
  return JSON.stringify({
    Statement: [
      allow("Update:Modify", ["*"]),
      ...(replaced.length > 0 ? [allow("Update:Replace", replaced.map(named))] : []),
      ...(removed.length > 0 ? [allow("Update:Delete", removed.map(named))] : []),
    ],
  });
}

function allow(Action: string, Resource: readonly string[]): object {
  return { Effect: "Allow", Action, Principal: "*", Resource };
}

function named({ logicalId }: Dossier["changes"][number]): string {
  return `LogicalResourceId/${logicalId}`;
}

function mayRecreate({ requiresRecreation }: Dossier["changes"][number]["changed"][number]): boolean {
  return requiresRecreation !== "never";
}
