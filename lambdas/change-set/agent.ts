import { z } from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import type { Tools } from "../../core/agent/tools.ts";
import { type Build, build } from "../../core/artifacts/build.ts";
import { type ChangeSet, changeSet } from "../../core/artifacts/change-set.ts";
import { type ArtifactRef, artifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { changesOf } from "../../core/change/from-description.ts";
import type { ChangeSetDescription } from "../../core/cloud/change-set.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import type { Stack } from "../../core/cloud/stack.ts";

const TOOLS = ["artifacts.read", "artifacts.append", "cloud.plan"] as const;
type ChangeSetTools = Pick<Tools, (typeof TOOLS)[number]>;

/** CloudFormation's words for a change set that would change nothing. */
const NOTHING_TO_CHANGE = /didn't contain changes|No updates are to be performed/;

/** The dry_run half of Forge: Build → ChangeSet, with the state it was computed against. */
export const changeSetAgent = agent({
  name: "change-set",
  lane: "dry_run",
  tools: TOOLS,
  budget: { tokens: 0, minutes: 5, usd: 0 },
  input: z.strictObject({
    build: artifactRef,
    /** An earlier change set of this execution that is no longer wanted. */
    previous: artifactRef.nullable(),
  }),
  output: z.strictObject({ changeSet: artifactRef.nullable() }),
  run: async ({ build: ref, previous }, tools, { idempotencyKey }) => {
    if (previous) await discard(tools, previous);
    const made = await readArtifact(tools, ref, build);
    const cloud = tools["cloud.plan"]();
    const stack = await cloud.describeStack(made.stack);
    const described = await cloud.createChangeSet({
      stack: made.stack,
      name: nameOf(made.buildDigest),
      template: await tools["artifacts.read"](made.template),
      parameters: made.parameters,
      tags: made.tags,
      clientToken: idempotencyKey,
    });
    if (described.status === "FAILED") {
      await cloud.deleteChangeSet(described.arn);
      if (NOTHING_TO_CHANGE.test(described.statusReason ?? "")) return { changeSet: null };
      throw new Error(
        `CloudFormation refused the change set: ${described.statusReason ?? "no reason given"}`,
      );
    }
    const artifact = await artifactOf(made, described, stack, tools);
    return { changeSet: await tools["artifacts.append"](artifact) };
  },
});

/** Names carry the digest of what they would build; CloudFormation allows 128 characters. */
export function nameOf(buildDigest: string): string {
  return `conductor-${buildDigest}`;
}

async function discard(tools: ChangeSetTools, previous: ArtifactRef): Promise<void> {
  const { arn } = await readArtifact(tools, previous, changeSet);
  await tools["cloud.plan"]().deleteChangeSet(arn);
}

async function artifactOf(
  made: Build,
  described: ChangeSetDescription,
  stack: Stack | undefined,
  tools: ChangeSetTools,
) {
  const content: ChangeSet = changeSet.parse({
    schemaVersion: SCHEMA_VERSION,
    name: described.name,
    arn: described.arn,
    type: described.type,
    stackId: described.stackId,
    stack: made.stack,
    environment: made.environment,
    account: made.account,
    region: made.region,
    buildDigest: made.buildDigest,
    createdAt: described.createdAt,
    parameters: described.parameters,
    tags: described.tags,
    changes: changesOf(described.changes),
    baseline: await baselineOf(described, stack, tools),
  });
  return { name: "change-set.json", kind: "ChangeSet", content };
}

async function baselineOf(
  described: ChangeSetDescription,
  stack: Stack | undefined,
  tools: ChangeSetTools,
): Promise<ChangeSet["baseline"]> {
  if (described.type === "CREATE" || !stack) {
    return {
      stackStatus: "REVIEW_IN_PROGRESS",
      lastUpdatedAt: null,
      template: null,
      parameters: {},
      tags: {},
      drift: [],
    };
  }
  const cloud = tools["cloud.plan"]();
  const text = (await cloud.stackTemplate(stack.name)) ?? "{}";
  const previous = { name: "previous-template.json", kind: "Template", content: text, verbatim: true };
  return {
    stackStatus: stack.status,
    lastUpdatedAt: stack.lastUpdatedAt ?? stack.createdAt,
    template: await tools["artifacts.append"](previous),
    parameters: { ...stack.parameters },
    tags: { ...stack.tags },
    drift: await driftOfTouched(cloud, described),
  };
}

/** Drift of the resources the change touches, as it is now. */
export async function driftOfTouched(
  cloud: CloudReader,
  { stackName, changes }: Pick<ChangeSetDescription, "stackName" | "changes">,
): Promise<ChangeSet["baseline"]["drift"]> {
  const touched = changes.filter(({ action }) => action !== "Add").map(({ logicalId }) => logicalId);
  if (touched.length === 0) return [];
  const drift = await cloud.resourceDrift(stackName, touched.sort());
  return drift.map(({ logicalId, status, differences }) => ({
    logicalId,
    status,
    differences: [...differences],
  }));
}
