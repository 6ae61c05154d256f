import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { dossier } from "../../core/artifacts/dossier.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { digestOf } from "../../core/digest.ts";
import { propose } from "./proposal.ts";

/** Prepares the inverse of an applied change, as its dossier agreed it (law 8). */
export const undoAgent = agent({
  name: "change-set-undo",
  lane: "dry_run",
  tools: ["artifacts.read", "artifacts.append", "cloud.plan"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  emergency: true,
  input: z.strictObject({ dossier: artifactRef }),
  /** Null when the stack was new, so that undoing it takes no change set. */
  output: z.strictObject({ changeSet: artifactRef.nullable() }),
  run: async ({ dossier: ref }, tools, { idempotencyKey }) => {
    const approved = await readArtifact(tools, ref, dossier);
    const { stack, environment, account, region, rollback } = approved;
    if (rollback.kind !== "inverse-change-set" || !rollback.previousTemplate) return { changeSet: null };
    const { previousTemplate, previousParameters: parameters = {}, previousTags: tags = {} } = rollback;
    const buildDigest = digestOf({
      template: previousTemplate.sha256,
      parameters,
      tags,
      account,
      region,
      stack,
    });
    const template = await tools["artifacts.read"](previousTemplate);
    const request = { template, parameters, tags, clientToken: idempotencyKey };
    const inverse = await propose({ stack, environment, account, region, buildDigest }, request, tools);
    if (!inverse) return { changeSet: null };
    const artifact = { name: "inverse-change-set.json", kind: "ChangeSet", content: inverse };
    return { changeSet: await tools["artifacts.append"](artifact) };
  },
});
