import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { ApplierSession } from "../../core/cloud/cloud.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { approvals, type Gate } from "../../core/gate/gate.ts";

/** The apply role's session for one operation: pinned to one stack and, where there is one, one change-set name. */
export function sessionFor(
  { id, stack }: Execution,
  gates: readonly Gate[],
  changeSetName?: string,
): ApplierSession {
  const deciders = [...new Set(gates.flatMap((gate) => approvals(gate).map(({ by }) => by)))];
  return {
    executionId: id,
    stack,
    ...(changeSetName ? { changeSetName } : {}),
    tags: { gates: gates.map((gate) => gate.id).join(" "), deciders: deciders.join(" ") },
  };
}

/**
 * The stack policy under which an approved change is executed: CloudFormation itself then refuses to replace or
 * delete anything the change set did not name.
 */
export function stackPolicyFor(changes: Dossier["changes"]): string {
  const approved = changes
    .filter(({ action, changed }) => action === "replace" || action === "remove" || changed.some(mayRecreate))
    .map(({ logicalId }) => `LogicalResourceId/${logicalId}`);
  const rest = approved.length > 0 ? { NotResource: approved } : { Resource: "*" };
  return JSON.stringify({
    Statement: [
      { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
      { Effect: "Deny", Action: ["Update:Replace", "Update:Delete"], Principal: "*", ...rest },
    ],
  });
}

function mayRecreate({ requiresRecreation }: Dossier["changes"][number]["changed"][number]): boolean {
  return requiresRecreation !== "never";
}
