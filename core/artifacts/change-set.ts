import * as z from "zod";
import { artifactRef, environment, instant, schemaVersion, sha256Hex, stackName } from "./vocabulary.ts";

const changedProperty = z.strictObject({
  /** `Properties.KeySchema`, `Tags`, `DeletionPolicy` … */
  path: z.string(),
  requiresRecreation: z.enum(["never", "conditionally", "always"]),
  /** What caused it when nobody edited it: `Table.Arn`. */
  causedBy: z.string().optional(),
});

export const resourceChange = z.strictObject({
  action: z.enum(["add", "modify", "replace", "remove"]),
  logicalId: z.string(),
  physicalId: z.string().optional(),
  type: z.string(),
  /** True when its deletion loses data. */
  holdsState: z.boolean(),
  /** What becomes of a physical resource that goes away. */
  fate: z.enum(["delete", "retain", "snapshot"]).optional(),
  changed: z.array(changedProperty),
});

const drift = z.strictObject({
  logicalId: z.string(),
  status: z.enum(["IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"]),
  differences: z.array(z.strictObject({ path: z.string(), expected: z.string(), actual: z.string() })),
});

/** Every add, modify, replace and remove, as CloudFormation computed it, with the state it was computed against. */
export const changeSet = z.strictObject({
  schemaVersion,
  name: z.string(),
  arn: z.string(),
  type: z.enum(["CREATE", "UPDATE"]),
  stackId: z.string(),
  stack: stackName,
  environment,
  account: z.string(),
  region: z.string(),
  buildDigest: sha256Hex,
  createdAt: instant,
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  changes: z.array(resourceChange),
  /** The stack as it was when the change set was computed; apply compares it again. */
  baseline: z.strictObject({
    stackStatus: z.string(),
    lastUpdatedAt: z.string().nullable(),
    /** What the stack runs now; null when it is new. */
    template: artifactRef.nullable(),
    parameters: z.record(z.string(), z.string()),
    tags: z.record(z.string(), z.string()),
    /** Drift of the resources the change touches. */
    drift: z.array(drift),
  }),
});

export type ChangeSet = z.output<typeof changeSet>;
export type ResourceChange = z.output<typeof resourceChange>;
