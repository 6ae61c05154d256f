import type { ResourceState } from "../state.ts";
import { type Task, task } from "./operation.ts";

/** Deletes resources, each after all that depend on it. */
export function deletions(resources: readonly ResourceState[]): Task[] {
  const dependents = new Map<string, string[]>();
  for (const { logicalId, attributes } of resources)
    for (const other of attributes.dependsOn)
      dependents.set(other, [...(dependents.get(other) ?? []), logicalId]);
  return resources.map(({ logicalId, generation }) =>
    task("delete", logicalId, dependents.get(logicalId) ?? [], generation),
  );
}
