import type { ChangeSet, ResourceChange } from "../artifacts/change-set.ts";
import type { CloudReader } from "../cloud/cloud.ts";

/** Drift of the existing resources a change touches, as it is now. */
export async function driftOfTouched(
  cloud: CloudReader,
  stack: string,
  changes: readonly ResourceChange[],
): Promise<ChangeSet["baseline"]["drift"]> {
  const touched = changes.filter(({ action }) => action !== "add").map(({ logicalId }) => logicalId);
  if (touched.length === 0) return [];
  const drift = await cloud.resourceDrift(stack, touched.sort());
  return drift.map(({ logicalId, status, differences }) => ({
    logicalId,
    status,
    differences: [...differences],
  }));
}
