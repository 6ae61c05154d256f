import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { build } from "../../core/artifacts/build.ts";
import { changeSet } from "../../core/artifacts/change-set.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { propose } from "./proposal.ts";

/** The dry_run half of Forge: Build → ChangeSet. */
export const changeSetAgent = agent({
  name: "change-set",
  lane: "dry_run",
  tools: ["artifacts.read", "artifacts.append", "cloud.plan"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  input: z.strictObject({
    build: artifactRef,
    /** An earlier change set of this execution that is no longer wanted. */
    previous: artifactRef.nullable(),
  }),
  /** Null when the stack is already as the build would make it. */
  output: z.strictObject({ changeSet: artifactRef.nullable() }),
  run: async ({ build: ref, previous }, tools, { idempotencyKey }) => {
    if (previous) {
      const { arn } = await readArtifact(tools, previous, changeSet);
      await tools["cloud.plan"]().deleteChangeSet(arn);
    }
    const made = await readArtifact(tools, ref, build);
    const { stack, environment, account, region, buildDigest, parameters, tags } = made;
    const template = await tools["artifacts.read"](made.template);
    const request = { template, parameters, tags, clientToken: idempotencyKey };
    const proposed = await propose({ stack, environment, account, region, buildDigest }, request, tools);
    if (!proposed) return { changeSet: null };
    const artifact = { name: "change-set.json", kind: "ChangeSet", content: proposed };
    return { changeSet: await tools["artifacts.append"](artifact) };
  },
});
