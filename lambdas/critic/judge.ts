import type { Build } from "../../core/artifacts/build.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { ChangeReport } from "../../core/artifacts/validation-report.ts";
import { type Verdict, verdict } from "../../core/artifacts/verdict.ts";
import { type ArtifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { differencesFromBuild } from "../../core/change/of-build.ts";
import type { EnvironmentSettings } from "../../core/ports.ts";
import { NO_WAY_BACK } from "../../core/risk/rules.ts";
import { missingArtifacts } from "./promotion.ts";

/** What the dossier was made of, and where the change is to go. */
export interface Judged {
  readonly made: Build;
  readonly proposed: ChangeSet;
  readonly report: ChangeReport;
  readonly settings: Pick<EnvironmentSettings, "account" | "region">;
  /** The artifacts that were read for it. */
  readonly refs: readonly ArtifactRef[];
}

interface Item {
  readonly item: string;
  /** Why it is not present; nothing when it is. */
  readonly lacks: readonly string[];
}

/** The promotion checklist, item by item; whatever it lacks refuses promotion. */
export function judge(dossier: Dossier, evidence: Judged): Verdict {
  const missing = missingArtifacts("cloudformation", dossier.artifacts);
  const checklist: Item[] = [
    ...saidInWords(dossier),
    { item: "artifacts", lacks: missing.map((name) => `the artifact ${name} is not attached`) },
    { item: "evidence as it was judged", lacks: exchanged(dossier, evidence.refs) },
    { item: "one build, one change set, one target", lacks: strangers(evidence) },
    { item: "Sentinel's PASS", lacks: objections(evidence.report) },
    { item: "blast radius", lacks: uncounted(dossier) },
    { item: "rollback procedure", lacks: unweighed(dossier) },
  ];
  const reasons = checklist.flatMap(({ lacks }) => lacks);
  return verdict.parse({
    schemaVersion: SCHEMA_VERSION,
    decision: reasons.length === 0 ? "promote" : "refuse",
    reasons: reasons.length === 0 ? ["the dossier is complete and Sentinel passed the change"] : reasons,
    checklist: [
      ...checklist.map(({ item, lacks }) => ({ item, present: lacks.length === 0 })),
      // Told, and no reason to refuse: whoever owns a thing alone may still change it.
      { item: "fallback owner", present: dossier.fallbackOwner !== undefined },
    ],
    missing,
    dossierDigest: dossier.digest,
  });
}

function saidInWords(dossier: Dossier): Item[] {
  const item = (name: string, present: boolean) => ({
    item: name,
    lacks: present ? [] : [`missing: ${name}`],
  });
  const said = (text: string) => text.trim() !== "";
  return [
    item("summary and why", said(dossier.summary) && said(dossier.why)),
    item("affected systems", dossier.affectedSystems.length > 0),
    item("cost_delta_monthly", Number.isFinite(dossier.costDeltaMonthlyUsd)),
    item("owner", said(dossier.owner)),
    item(
      "rollout plan with thresholds",
      dossier.rolloutPlan.length > 0 &&
        dossier.rolloutPlan.every(({ step, threshold }) => said(step) && said(threshold)),
    ),
  ];
}

/** Another artifact may have taken the name of one that was judged; approvers would read that one. */
function exchanged({ artifacts }: Dossier, refs: readonly ArtifactRef[]): string[] {
  return refs
    .filter(({ name, sha256 }) => !artifacts.some((one) => one.name === name && one.sha256 === sha256))
    .map(({ name }) => `the ${name} that was judged is not the one that is attached`);
}

function strangers({ made, proposed, settings }: Judged): string[] {
  const { account, region } = settings;
  const elsewhere = made.account !== account || made.region !== region;
  return [
    ...differencesFromBuild(made, proposed),
    ...(elsewhere
      ? [`the build is for ${made.account} in ${made.region}, the environment is ${account} in ${region}`]
      : []),
  ];
}

function objections({ result, findings }: ChangeReport): string[] {
  const objected = findings.filter(({ severity }) => severity === "error" || severity === "fatal");
  if (result === "PASS" && objected.length === 0) return [];
  return [`Sentinel did not pass it: ${objected.map(({ message }) => message).join("; ") || result}`];
}

/** A report of another change would count another number of things touched. */
function uncounted({ blastRadius, changes }: Dossier): string[] {
  const counted = Object.values(blastRadius.counts).reduce((sum, count) => sum + count, 0);
  return counted === changes.length
    ? []
    : [`the blast radius counts ${counted} changes and the change set has ${changes.length}`];
}

/** People may agree to a change that cannot be undone (law 8), if that was weighed when their gates were chosen. */
function unweighed({ rollback, risk }: Dossier): string[] {
  if (rollback.kind !== "cannot" || risk.reasons.some(({ rule }) => rule === NO_WAY_BACK)) return [];
  return [`its risk was judged as if it could be undone: ${rollback.description}`];
}
