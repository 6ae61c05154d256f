import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { changeSet } from "../../core/artifacts/change-set.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";

/** Takes away a change set nobody will execute, and the empty stack that stood for it alone. */
export const discardAgent = agent({
  name: "change-set-discard",
  lane: "dry_run",
  tools: ["artifacts.read", "cloud.plan"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  emergency: true,
  input: z.strictObject({ changeSet: artifactRef }),
  output: z.strictObject({ discarded: z.boolean() }),
  run: async ({ changeSet: ref }, tools) => {
    const { arn } = await readArtifact(tools, ref, changeSet);
    const cloud = tools["cloud.plan"]();
    const described = await cloud.describeChangeSet(arn);
    if (described?.executionStatus !== "AVAILABLE") return { discarded: false };
    await cloud.deleteChangeSet(arn);
    return { discarded: true };
  },
});
