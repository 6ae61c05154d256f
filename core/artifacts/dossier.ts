import * as z from "zod";
import { digestOf } from "../digest.ts";
import { remembered } from "../memory/remembered.ts";
import { resourceChange } from "./change-set.ts";
import { blastRadius, costComparison, finding, requiredGate, risk } from "./validation-report.ts";
import {
  answerSource,
  artifactRef,
  environment,
  instant,
  schemaVersion,
  sha256Hex,
  stackName,
  usd,
} from "./vocabulary.ts";

/** What undoes the change, agreed before it is made (law 8). */
export const rollbackPlan = z.strictObject({
  kind: z.enum(["inverse-change-set", "delete-stack", "cannot"]),
  description: z.string(),
  previousTemplate: artifactRef.optional(),
  previousParameters: z.record(z.string(), z.string()).optional(),
  previousTags: z.record(z.string(), z.string()).optional(),
  beginWithinMinutes: z.number(),
  finishWithinMinutes: z.number(),
  /** Resources whose undoing takes longer than the limit, or loses data. */
  exceptions: z.array(z.strictObject({ logicalId: z.string(), type: z.string(), why: z.string() })),
});

/** All an approver needs, under one digest. */
export const dossier = z.strictObject({
  schemaVersion,
  executionId: z.string(),
  assembledAt: instant,
  summary: z.string(),
  why: z.string(),
  requestedBy: z.string(),
  /** Rules, or a model whose answer passed the same schema. */
  plannedBy: answerSource,
  environment,
  account: z.string(),
  region: z.string(),
  stack: stackName,
  affectedSystems: z.array(z.string()),
  artifacts: z.array(artifactRef),
  templateSha256: sha256Hex,
  parameters: z.record(z.string(), z.string()),
  buildDigest: sha256Hex,
  changeSet: z.strictObject({
    name: z.string(),
    arn: z.string(),
    type: z.enum(["CREATE", "UPDATE"]),
    stackId: z.string(),
    stackLastUpdatedAt: z.string().nullable(),
    driftDigest: sha256Hex,
  }),
  changes: z.array(resourceChange),
  policyVersion: z.string(),
  findings: z.array(finding),
  risk,
  blastRadius,
  cost: costComparison,
  costDeltaMonthlyUsd: usd,
  rollback: rollbackPlan,
  gates: z.array(requiredGate),
  owner: z.string(),
  fallbackOwner: z.string().optional(),
  rolloutPlan: z.array(z.strictObject({ step: z.string(), threshold: z.string() })),
  simulated: z.boolean(),
  /** What the Critic was told of earlier changes; nothing in the dossier follows from it. */
  remembered: remembered.optional(),
  /** SHA-256 over the canonical JSON of everything above: what approvers approve and the broker compares. */
  digest: sha256Hex,
});

export type Dossier = z.output<typeof dossier>;
export type RollbackPlan = z.output<typeof rollbackPlan>;

/** True when a dossier still says what its digest was taken of. */
export function isIntact({ digest, ...content }: Dossier): boolean {
  return digestOf(content) === digest;
}
