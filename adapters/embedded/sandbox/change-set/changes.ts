import type { ChangeDetail, ResourceChange } from "../../../../core/cloud/change-set.ts";
import { defaultDeletionPolicy } from "../kinds/kinds.ts";
import { refuse } from "../validation/invalid.ts";
import { type Comparison, type Fate, inheritedDetails, ownDetails, replacementOf } from "./details.ts";
import type { FrozenResource, FrozenTemplate } from "./frozen.ts";

/** The physical id behind a logical id, as the stack has it now. */
export type PhysicalIds = (logicalId: string) => string | undefined;

/** A stack that does not exist yet gets everything. */
export function additions(after: FrozenTemplate): readonly ResourceChange[] {
  return sorted([...after.resources].map(([logicalId, resource]) => addition(logicalId, resource)));
}

/** What executing would do to each resource, sorted by logical id as CloudFormation lists it. */
export function compare(comparison: Comparison, physicalIds: PhysicalIds): readonly ResourceChange[] {
  const { before, after } = comparison;
  refuseTypeChanges(before, after);
  const details = settleDetails(comparison);
  const changes = [...after.resources].flatMap(([logicalId, resource]) => {
    if (!before.resources.has(logicalId)) return [addition(logicalId, resource)];
    const found = details.get(logicalId) ?? [];
    return found.length > 0 ? [modification(logicalId, resource, found, physicalIds)] : [];
  });
  const removals = [...before.resources]
    .filter(([logicalId]) => !after.resources.has(logicalId))
    .map(([logicalId, resource]) => removal(logicalId, resource, physicalIds));
  return sorted([...changes, ...removals]);
}

function refuseTypeChanges(before: FrozenTemplate, after: FrozenTemplate): void {
  const changed = [...after.resources].filter(([logicalId, { type }]) => {
    const was = before.resources.get(logicalId)?.type;
    return was !== undefined && was !== type;
  });
  if (changed.length > 0)
    refuse(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.map(([logicalId]) => logicalId).join(", ")}]`,
    );
}

/** Each resource's details; those inherited from others are added until nothing new follows from anything. */
function settleDetails(comparison: Comparison): ReadonlyMap<string, readonly ChangeDetail[]> {
  const { before, after, specification } = comparison;
  const kept = [...after.resources].filter(([logicalId]) => before.resources.has(logicalId));
  const direct = new Map(
    kept.map(([logicalId, resource]) => [
      logicalId,
      ownDetails(comparison, logicalId, before.resources.get(logicalId) as FrozenResource, resource),
    ]),
  );
  let details: ReadonlyMap<string, readonly ChangeDetail[]> = direct;
  for (;;) {
    const fates = new Map([...details].map(([logicalId, found]) => [logicalId, fate(found)]));
    const next = new Map(
      kept.map(([logicalId, resource]) => {
        const inherited = inheritedDetails(specification, resource, (other) => fates.get(other));
        return [logicalId, [...(direct.get(logicalId) ?? []), ...inherited]];
      }),
    );
    if (JSON.stringify([...next]) === JSON.stringify([...details])) return next;
    details = next;
  }
}

function fate(details: readonly ChangeDetail[]): Fate {
  const modified = details.some((detail) => detail.attribute === "Properties");
  return { replacement: replacementOf(details), modified };
}

function addition(logicalId: string, { type }: FrozenResource): ResourceChange {
  return { action: "Add", logicalId, type, details: [] };
}

function modification(
  logicalId: string,
  resource: FrozenResource,
  details: readonly ChangeDetail[],
  physicalIds: PhysicalIds,
): ResourceChange {
  const replacement = replacementOf(details);
  const policy = resource.source.UpdateReplacePolicy ?? "Delete";
  return {
    action: "Modify",
    logicalId,
    ...physical(logicalId, physicalIds),
    type: resource.type,
    replacement,
    ...(replacement === "False"
      ? {}
      : { policyAction: `ReplaceAnd${policy as "Delete" | "Retain" | "Snapshot"}` as const }),
    details,
  };
}

function removal(logicalId: string, resource: FrozenResource, physicalIds: PhysicalIds): ResourceChange {
  const { type, properties, source } = resource;
  const policy = source.DeletionPolicy ?? defaultDeletionPolicy(type, properties);
  return {
    action: "Remove",
    logicalId,
    ...physical(logicalId, physicalIds),
    type,
    policyAction: policy === "Snapshot" || policy === "Delete" ? policy : "Retain",
    details: [],
  };
}

function physical(logicalId: string, physicalIds: PhysicalIds): { physicalId?: string } {
  const physicalId = physicalIds(logicalId);
  return physicalId === undefined ? {} : { physicalId };
}

function sorted(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  return changes.toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}
