import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { RECALLING_TOOLS, recallFor } from "../../core/agent/recalling.ts";
import type { Tools } from "../../core/agent/tools.ts";
import { build } from "../../core/artifacts/build.ts";
import { changeSet } from "../../core/artifacts/change-set.ts";
import { goalStatement } from "../../core/artifacts/goal-statement.ts";
import { planSpec } from "../../core/artifacts/plan-spec.ts";
import { changeReport } from "../../core/artifacts/validation-report.ts";
import { type ArtifactRef, artifactRef, sha256Hex } from "../../core/artifacts/vocabulary.ts";
import { excerpt } from "../../core/excerpt.ts";
import { likenessOf } from "../../core/memory/likeness.ts";
import { dossierDocument } from "./documents.ts";
import { assemble } from "./dossier.ts";
import { judge } from "./judge.ts";

/** Characters of a summary, which travels in a payload. */
const LONGEST_SUMMARY = 4_000;

/** Assembles the promotion checklist into a dossier and says whether it may go before people. */
export const critic = agent({
  name: "critic",
  lane: "read_only",
  tools: ["artifacts.read", "artifacts.append", "artifacts.list", ...RECALLING_TOOLS],
  // For a vector of what it searches its memory by.
  budget: { tokens: 4_000, minutes: 1, usd: 0.01 },
  input: z.strictObject({
    goal: artifactRef,
    plan: artifactRef,
    build: artifactRef,
    changeSet: artifactRef,
    report: artifactRef,
  }),
  output: z.strictObject({
    decision: z.enum(["promote", "refuse"]),
    dossier: artifactRef,
    digest: sha256Hex,
    summary: z.string(),
    gates: changeReport.shape.gates,
  }),
  run: async (input, tools, call) => {
    const read = await gather(input, tools);
    const artifacts = await tools["artifacts.list"]();
    const remembered = await recallFor(tools, likenessOf(read.plan, read.goal.goal));
    const assembled = assemble({ ...call, ...read, artifacts, remembered, now: call.now() });
    const refs = [...Object.values(input), read.made.template];
    const word = judge(assembled, { ...read, refs, settings: call.settings });
    const put = tools["artifacts.append"];
    const dossier = await put({ name: "dossier.json", kind: "Dossier", content: assembled });
    await put({ name: "dossier.md", kind: "Document", content: dossierDocument(assembled) });
    await put({ name: "verdict.json", kind: "Verdict", content: word });
    const summary =
      word.decision === "promote" ? assembled.summary : excerpt(word.reasons.join("; "), LONGEST_SUMMARY);
    return { decision: word.decision, dossier, digest: assembled.digest, summary, gates: assembled.gates };
  },
});

type Refs = Readonly<Record<"goal" | "plan" | "build" | "changeSet" | "report", ArtifactRef>>;

async function gather(refs: Refs, tools: Pick<Tools, "artifacts.read">) {
  return {
    goal: await readArtifact(tools, refs.goal, goalStatement),
    plan: await readArtifact(tools, refs.plan, planSpec),
    made: await readArtifact(tools, refs.build, build),
    proposed: await readArtifact(tools, refs.changeSet, changeSet),
    report: await readArtifact(tools, refs.report, changeReport),
  };
}
