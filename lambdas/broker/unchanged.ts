import { ApprovalError } from "../../core/approval/approval-error.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { changesOf } from "../../core/change/from-description.ts";
import { driftOfTouched } from "../../core/change/touched-drift.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import { lastUpdate, type Stack } from "../../core/cloud/stack.ts";
import { digestOf, sha256 } from "../../core/digest.ts";

/** A change set as it was agreed to. */
export interface Agreed {
  readonly changeSet: Pick<ChangeSet, "name" | "arn" | "stackId">;
  readonly changes: ChangeSet["changes"];
  readonly parameters: ChangeSet["parameters"];
  readonly templateSha256: string;
}

/**
 * Describes the change set and its stack again and compares them with what was approved (law 2).
 * @throws ApprovalError ApprovalVoid, naming every difference
 */
export async function requireUnchanged(cloud: CloudReader, dossier: Dossier): Promise<void> {
  const stack = await cloud.describeStack(dossier.changeSet.stackId);
  const differences = [...(await changeSetDifferences(cloud, dossier)), ...stackDifferences(stack, dossier)];
  if (differences.length === 0) differences.push(...(await driftDifferences(cloud, dossier)));
  if (differences.length > 0) {
    throw new ApprovalError(
      "ApprovalVoid",
      `${differences.join("; ")}: the approval is void and the change is planned anew`,
    );
  }
}

/** Where CloudFormation's own account of a change set is not what was agreed to, or it can no longer be executed. */
export async function changeSetDifferences(
  cloud: CloudReader,
  { changeSet, changes, parameters, templateSha256 }: Agreed,
): Promise<string[]> {
  const described = await cloud.describeChangeSet(changeSet.arn);
  const template = await cloud.changeSetTemplate(changeSet.arn);
  if (!described || template === undefined) return [`the change set ${changeSet.name} is gone`];
  const differences: string[] = [];
  if (described.executionStatus !== "AVAILABLE")
    differences.push(`the change set is ${described.executionStatus}`);
  if (described.name !== changeSet.name) differences.push("the change set has another name");
  if (described.stackId !== changeSet.stackId) differences.push("the change set is of another stack");
  if (sha256(template) !== templateSha256) differences.push("the change set's template is another");
  if (digestOf(changesOf(described.changes)) !== digestOf(changes))
    differences.push("the change set's changes are others");
  if (digestOf(described.parameters) !== digestOf(parameters))
    differences.push("the change set's parameters are others");
  return differences;
}

function stackDifferences(stack: Stack | undefined, { changeSet }: Dossier): string[] {
  if (!stack) return ["the stack is gone"];
  const differences: string[] = [];
  if (stack.stackId !== changeSet.stackId) differences.push("another stack has taken the name");
  const updatedAt = changeSet.type === "CREATE" ? null : lastUpdate(stack);
  if (updatedAt !== changeSet.stackLastUpdatedAt)
    differences.push(`somebody else updated the stack at ${updatedAt}`);
  return differences;
}

async function driftDifferences(
  cloud: CloudReader,
  { changeSet, changes, stack }: Dossier,
): Promise<string[]> {
  if (changeSet.type === "CREATE") return [];
  const drift = await driftOfTouched(cloud, stack, changes);
  return digestOf(drift) === changeSet.driftDigest ? [] : ["resources the change touches have drifted since"];
}
