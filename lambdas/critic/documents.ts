import type { Dossier } from "../../core/artifacts/dossier.ts";
import { bullets, inline, quotation } from "../../core/markdown.ts";
import { rememberedSection } from "../../core/memory/section.ts";

/** The dossier for people, as Markdown: what an approver reads first stands first. */
export function dossierDocument(dossier: Dossier): string {
  const { cost, risk, rollback, blastRadius } = dossier;
  return `# ${dossier.summary}
${dossier.simulated ? "\n**Simulated account: nothing here is real.**\n" : ""}
${quotation(dossier.why)}

Asked for by **${dossier.requestedBy}**, planned by ${dossier.plannedBy === "model" ? "a model" : "rules"}. Owner ${inline(dossier.owner)}${dossier.fallbackOwner ? `, fallback ${inline(dossier.fallbackOwner)}` : ""}.
Account ${dossier.account}, region ${dossier.region}. Digest \`${dossier.digest}\`.

| | |
|---|---|
| Risk | **${risk.level}** (${risk.score} of 100) |
| Cost | ${signed(cost.monthlyDelta)} a month: $${cost.monthlyBefore} → ${cost.atLeast ? "at least " : ""}$${cost.monthlyAfter} |
| Changes | ${blastRadius.counts.add} add, ${blastRadius.counts.modify} modify, ${blastRadius.counts.replace} replace, ${blastRadius.counts.remove} remove |
| Data at risk | ${blastRadius.stateAtRisk.join(", ") || "none"} |
| Way back | ${wayBack(rollback)} |

## Changes
| | resource | type | what |
|---|---|---|---|
${dossier.changes.map(({ action, logicalId, type, changed }) => `| ${action} | ${logicalId} | ${type} | ${changed.map(({ path }) => path).join(", ")} |`).join("\n")}

## Why this risk
${bullets(risk.reasons.map(({ points, resource, why }) => `${points} · ${resource}: ${why}`))}

## Gates
${bullets(dossier.gates.map(({ type, requiredApprovals, why }) => `${type}: ${requiredApprovals} approval${requiredApprovals > 1 ? "s" : ""}; ${why}`))}

## Blast radius
${bullets([
  `affected: ${dossier.affectedSystems.join(", ")}`,
  ...blastRadius.keywords.map(({ word, where }) => `the word "${word}" stands in ${where}`),
])}

## Way back
${rollback.description}
${rollback.exceptions.map(({ logicalId, why }) => `- not ${logicalId}: ${why}\n`).join("")}
## Rollout
${bullets(dossier.rolloutPlan.map(({ step, threshold }) => `${step}; ${threshold}`))}

## Findings
${bullets(dossier.findings.map(({ severity, resource, message }) => `${severity} · ${resource}: ${message}`))}

${dossier.remembered ? `${rememberedSection(dossier.remembered)}\n` : ""}## Artifacts
${bullets(dossier.artifacts.map(({ name, kind, sha256 }) => `${name} (${kind}) \`${sha256.slice(0, 12)}\``))}
`;
}

function signed(usd: number): string {
  return `${usd < 0 ? "−" : "+"}$${Math.abs(usd)}`;
}

const MEANS = {
  "delete-stack": "delete the new stack",
  "inverse-change-set": "the inverse change set",
} as const;

function wayBack({ kind, beginWithinMinutes, finishWithinMinutes }: Dossier["rollback"]): string {
  if (kind === "cannot") return "**none: it cannot be undone**";
  return `${MEANS[kind]}, begun within ${beginWithinMinutes} and finished within ${finishWithinMinutes} minutes`;
}
