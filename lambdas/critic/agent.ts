import { z } from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { build } from "../../core/artifacts/build.ts";
import { changeSet } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { planSpec } from "../../core/artifacts/plan-spec.ts";
import { changeReport } from "../../core/artifacts/validation-report.ts";
import { type Verdict, verdict } from "../../core/artifacts/verdict.ts";
import { artifactRef, SCHEMA_VERSION, sha256Hex } from "../../core/artifacts/vocabulary.ts";
import { dossierDocument } from "./documents.ts";
import { assemble } from "./dossier.ts";
import { missingArtifacts } from "./promotion.ts";

/** Assembles the promotion checklist into a dossier and says whether it may go before people. */
export const critic = agent({
  name: "critic",
  lane: "read_only",
  tools: ["artifacts.read", "artifacts.append", "artifacts.list"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  input: z.strictObject({
    goalText: z.string(),
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
  run: async (input, tools, { executionId, requestedBy, simulated, now }) => {
    const artifacts = await tools["artifacts.list"]();
    const assembled = assemble({
      executionId,
      requestedBy,
      goalText: input.goalText,
      plan: await readArtifact(tools, input.plan, planSpec),
      made: await readArtifact(tools, input.build, build),
      proposed: await readArtifact(tools, input.changeSet, changeSet),
      report: await readArtifact(tools, input.report, changeReport),
      artifacts,
      simulated,
      now: now(),
    });
    const word = judge(assembled);
    const put = tools["artifacts.append"];
    const dossier = await put({ name: "dossier.json", kind: "Dossier", content: assembled });
    await put({ name: "dossier.md", kind: "Document", content: dossierDocument(assembled) });
    await put({ name: "verdict.json", kind: "Verdict", content: word });
    const summary = word.decision === "promote" ? assembled.summary : word.reasons.join("; ");
    return { decision: word.decision, dossier, digest: assembled.digest, summary, gates: assembled.gates };
  },
});

/** The promotion checklist, item by item. A missing artifact or way back refuses promotion. */
export function judge(dossier: Dossier): Verdict {
  const missing = missingArtifacts(
    "cloudformation",
    dossier.artifacts.map(({ name }) => name),
  );
  const checklist = [
    { item: "summary and why", present: dossier.summary !== "" && dossier.why !== "" },
    { item: "affected systems", present: dossier.affectedSystems.length > 0 },
    { item: "artifacts", present: missing.length === 0 },
    { item: "blast radius", present: dossier.blastRadius.services.length > 0 },
    { item: "rollback procedure", present: dossier.rollback.kind !== "cannot" },
    { item: "cost_delta_monthly", present: Number.isFinite(dossier.costDeltaMonthlyUsd) },
    { item: "owner", present: dossier.owner !== "" },
    { item: "rollout plan with thresholds", present: dossier.rolloutPlan.length > 0 },
  ];
  const absent = checklist.filter(({ present }) => !present).map(({ item }) => item);
  return verdict.parse({
    schemaVersion: SCHEMA_VERSION,
    decision: absent.length === 0 ? "promote" : "refuse",
    reasons:
      absent.length === 0
        ? ["the dossier is complete and Sentinel passed the change"]
        : absent.map((item) =>
            item === "artifacts" ? `missing artifacts: ${missing.join(", ")}` : `missing: ${item}`,
          ),
    checklist,
    missing,
    dossierDigest: dossier.digest,
  });
}
