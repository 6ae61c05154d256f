import type { ResourceChange } from "../artifacts/change-set.ts";
import type { ChangeDetail, ResourceChange as DescribedChange } from "../cloud/change-set.ts";
import { holdsState } from "./stateful.ts";

/** A change set's own account of its resources in neutral form, in a stable order. */
export function changesOf(described: readonly DescribedChange[]): ResourceChange[] {
  return described.map(changeOf).sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}

function changeOf(described: DescribedChange): ResourceChange {
  const { logicalId, physicalId, type, details } = described;
  const fate = fateOf(described.policyAction);
  return {
    action: actionOf(described),
    logicalId,
    ...(physicalId ? { physicalId } : {}),
    type,
    holdsState: holdsState(type),
    ...(fate ? { fate } : {}),
    changed: details.map(changedProperty).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/**
 * A replacement that CloudFormation calls conditional may or may not happen: where data is at stake it counts as
 * one; elsewhere it is a modification whose properties say that they may recreate it.
 */
function actionOf({ action, replacement, type }: DescribedChange): ResourceChange["action"] {
  if (action === "Add") return "add";
  if (action === "Remove") return "remove";
  return replacement === "True" || (replacement === "Conditional" && holdsState(type)) ? "replace" : "modify";
}

function fateOf(policyAction: DescribedChange["policyAction"]): ResourceChange["fate"] {
  if (policyAction === undefined) return undefined;
  if (policyAction.endsWith("Retain")) return "retain";
  return policyAction.endsWith("Snapshot") ? "snapshot" : "delete";
}

function changedProperty({
  attribute,
  name,
  requiresRecreation,
  causingEntity,
}: ChangeDetail): ResourceChange["changed"][number] {
  return {
    path: name ? `${attribute}.${name}` : attribute,
    requiresRecreation: RECREATION[requiresRecreation],
    ...(causingEntity ? { causedBy: causingEntity } : {}),
  };
}

const RECREATION = { Never: "never", Conditionally: "conditionally", Always: "always" } as const;
