import type { Tools } from "../../core/agent/tools.ts";
import { type ChangeSet, changeSet } from "../../core/artifacts/change-set.ts";
import { type ArtifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { changesOf } from "../../core/change/from-description.ts";
import { driftOfTouched } from "../../core/change/touched-drift.ts";
import type { ChangeSetDescription, ResourceChange } from "../../core/cloud/change-set.ts";
import type { ChangeSetRequest } from "../../core/cloud/cloud.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import { sha256 } from "../../core/digest.ts";

export type ProposalTools = Pick<Tools, "artifacts.read" | "artifacts.append" | "cloud.plan">;

/** Of whom the change set is: what CloudFormation's own description does not say. */
export type Identity = Pick<ChangeSet, "stack" | "environment" | "account" | "region" | "buildDigest">;

/** CloudFormation's words for a change set that would change nothing. */
const NOTHING_TO_CHANGE = /didn't contain changes|No updates are to be performed/;

/**
 * Names carry the digest of what they would build, and tell the step that asked: a stack keeps the name of a change
 * set that was executed, so the same build proposed again needs a name of its own. CloudFormation allows 128 characters.
 */
export function changeSetName(buildDigest: string, idempotencyKey: string): string {
  return `conductor-${buildDigest}-${sha256(idempotencyKey).slice(0, 12)}`;
}

/**
 * Has CloudFormation compute a change set and writes it down with the state it was computed against.
 * Null when it would change nothing; such a change set is taken away again.
 */
export async function propose(
  identity: Identity,
  request: Omit<ChangeSetRequest, "name" | "stack">,
  tools: ProposalTools,
): Promise<ChangeSet | null> {
  const cloud = tools["cloud.plan"]();
  // Read first: should the stack change in between, its last update no longer agrees and the approval is void.
  const stack = await cloud.describeStack(identity.stack);
  const template = stack && (await cloud.stackTemplate(stack.name));
  if (template !== undefined) requireJson(identity.stack, template);
  const name = changeSetName(identity.buildDigest, request.clientToken);
  const described = await cloud.createChangeSet({ ...request, name, stack: identity.stack });
  if (described.status === "FAILED") {
    await cloud.deleteChangeSet(described.arn);
    if (NOTHING_TO_CHANGE.test(described.statusReason ?? "")) return null;
    const reason = described.statusReason ?? "no reason given";
    throw new CloudError("TemplateInvalid", `CloudFormation refused the change set: ${reason}`);
  }
  return changeSet.parse({
    schemaVersion: SCHEMA_VERSION,
    ...identity,
    name: described.name,
    arn: described.arn,
    type: described.type,
    stackId: described.stackId,
    createdAt: described.createdAt,
    parameters: described.parameters,
    tags: described.tags,
    changes: changesOf(described.changes),
    baseline: await baselineOf(described, { stack, template }, tools),
  });
}

/** What a stack runs has to be read before and after, and brought back. @throws CloudError TemplateInvalid */
function requireJson(stack: string, template: string): void {
  try {
    JSON.parse(template);
  } catch (cause) {
    const advice =
      "update it once by its own tool with the same template in JSON, then start the change again";
    throw new CloudError(
      "TemplateInvalid",
      `the stack ${stack} runs a template that is not JSON: ${advice}`,
      { cause },
    );
  }
}

interface Standing {
  readonly stack: Stack | undefined;
  /** What the stack runs, as it was submitted. */
  readonly template: string | undefined;
}

async function baselineOf(
  { type, changes }: Pick<ChangeSetDescription, "type"> & { readonly changes: readonly ResourceChange[] },
  { stack, template }: Standing,
  tools: ProposalTools,
): Promise<ChangeSet["baseline"]> {
  if (type === "CREATE" || !stack) {
    const nothing = { template: null, parameters: {}, tags: {}, drift: [] };
    return { stackStatus: "REVIEW_IN_PROGRESS", lastUpdatedAt: null, ...nothing };
  }
  const cloud = tools["cloud.plan"]();
  return {
    stackStatus: stack.status,
    lastUpdatedAt: stack.lastUpdatedAt ?? stack.createdAt,
    template: await kept(template, tools),
    parameters: { ...stack.parameters },
    tags: { ...stack.tags },
    drift: await driftOfTouched(cloud, stack.name, changesOf(changes)),
  };
}

async function kept(content: string | undefined, tools: ProposalTools): Promise<ArtifactRef | null> {
  if (content === undefined) return null;
  // Verbatim: a rollback must bring back exactly this.
  return await tools["artifacts.append"]({
    name: "previous-template.json",
    kind: "Template",
    content,
    verbatim: true,
  });
}
