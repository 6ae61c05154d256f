import type { ResourceChange } from "../artifacts/change-set.ts";
import type { StackResource } from "../cloud/stack.ts";
import { own, type Template } from "../template/template.ts";
import { holdsState } from "./stateful.ts";

/** What a stack still lists but no longer holds. */
const GONE: ReadonlySet<string> = new Set(["DELETE_COMPLETE", "DELETE_SKIPPED"]);

/** What deleting a stack does to each of its resources, in the same form as a change set's account. */
export function deletionOf(template: Template, resources: readonly StackResource[]): ResourceChange[] {
  const left = resources.filter(({ status }) => !GONE.has(status));
  return left.map(({ logicalId, physicalId, type }) => ({
    action: "remove",
    logicalId,
    physicalId,
    type,
    holdsState: holdsState(type),
    fate: fateUnder(own(template.Resources, logicalId)?.DeletionPolicy),
    changed: [],
  }));
}

/** What becomes of a physical resource under a deletion or replacement policy. */
export function fateUnder(policy: string | undefined): NonNullable<ResourceChange["fate"]> {
  if (policy === "Retain" || policy === "RetainExceptOnCreate") return "retain";
  return policy === "Snapshot" ? "snapshot" : "delete";
}
