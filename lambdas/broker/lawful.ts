import { ApprovalError } from "../../core/approval/approval-error.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import { artifactJson } from "../../core/artifacts/text.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import type { Snapshot } from "../../core/cloud/stack.ts";
import { breaches } from "../../core/policy/laws.ts";
import type { World } from "../../core/ports.ts";
import type { Template } from "../../core/template/template.ts";

/** What is about to be done, with the templates on both sides of it. */
export interface Deed {
  readonly changeSet: Pick<ChangeSet, "environment" | "stack" | "changes"> &
    Partial<Pick<ChangeSet, "parameters">>;
  readonly template: Template;
  readonly before: Template | undefined;
}

/**
 * Asks the laws once more, at the last moment: a snapshot may have grown too old since Sentinel looked.
 * @throws ApprovalError LawBroken
 */
export async function requireLawful(
  world: World,
  cloud: CloudReader,
  { changeSet, template, before }: Deed,
): Promise<void> {
  const snapshots = new Map<string, readonly Snapshot[]>();
  for (const { holdsState, action, logicalId, physicalId, type } of changeSet.changes) {
    const goes = action === "remove" || action === "replace";
    if (holdsState && goes && physicalId)
      snapshots.set(logicalId, await cloud.snapshots({ type, physicalId }));
  }
  const broken = breaches({
    environment: changeSet.environment,
    stack: changeSet.stack,
    template,
    parameters: changeSet.parameters,
    before,
    changes: changeSet.changes,
    snapshots,
    now: world.clock.now(),
  });
  if (broken.length > 0)
    throw new ApprovalError("LawBroken", broken.map(({ message }) => message).join("; "));
}

/** A template that was stored under its hash. */
export async function storedTemplate(world: World, sha256: string): Promise<Template> {
  return (await artifactJson(world.artifacts, sha256)) as Template;
}
