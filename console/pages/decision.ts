import { html } from "hono/html";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { conditionSentence } from "../../core/gate/conditions.ts";
import { isCritical } from "../../core/gate/critical.ts";
import { approvals, conditionsOf, type Gate } from "../../core/gate/gate.ts";
import { type Html, nothing } from "../parts/html.ts";
import { count, dollars, environmentTag, gateBadge, sentenceCase, when } from "../parts/words.ts";

export interface DecisionView {
  readonly gate: Gate;
  /** What is decided on; absent at a gate that asks something lesser. */
  readonly dossier?: Dossier | undefined;
  /** The form, or why there is none. */
  readonly form: Html;
  readonly error?: string | undefined;
  readonly now: Date;
}

export function decisionPage({ gate, dossier, form, error, now }: DecisionView): Html {
  const { executionId, environment, stack, subject, type, requestedBy, status } = gate;
  return html`<div class="head"><div><p class="crumbs"><a href="/gates">Gates</a> / <a class="mono" href="/executions/${executionId}">${executionId}</a></p>
<div class="row"><h1>${subject}</h1></div>
<div class="row">${environmentTag(environment)}${gateBadge(status)}<span class="muted small">${sentenceCase(type)} for ${stack}, asked for by ${requestedBy} ${when(gate.openedAt, now)}</span></div></div><a class="button jump" href="#decide">To the decision</a></div>
${error === undefined ? nothing : html`<p class="note bad" role="alert">${error}</p>`}
${dossier ? essentials(dossier) : nothing}
<div class="grid"><div class="span-8 stack">${dossier ? details(dossier) : nothing}${history(gate, now)}</div>
<div class="span-4"><div class="stack decide" id="decide">${standing(gate, now)}${form}</div></div></div>`;
}

function essentials({ risk, cost, blastRadius, rollback }: Dossier): Html {
  const { add, modify, replace, remove } = blastRadius.counts;
  const atLeast = cost.atLeast ? "at least " : "";
  const { monthlyDelta: delta } = cost;
  return html`<dl class="figures">
<div><dt>Changes</dt><dd>${add + modify + replace + remove}<small>${add} add, ${modify} modify, ${replace} replace, ${remove} remove</small></dd></div>
<div><dt>Cost a month</dt><dd>${delta < 0 ? "−" : "+"}${dollars(Math.abs(delta))}<small>${dollars(cost.monthlyBefore)} → ${atLeast}${dollars(cost.monthlyAfter)}</small></dd></div>
<div><dt>Risk</dt><dd class="${risk.level}">${sentenceCase(risk.level)}<small>${risk.score} of 100</small></dd></div>
<div><dt>Data at risk</dt><dd class="${blastRadius.stateAtRisk.length > 0 ? "high" : "low"}">${blastRadius.stateAtRisk.length === 0 ? "None" : blastRadius.stateAtRisk.length}<small>${blastRadius.stateAtRisk.join(", ")}</small></dd></div>
<div><dt>Way back</dt><dd class="${rollback.kind === "cannot" ? "high" : ""}">${rollback.kind === "cannot" ? "None" : `${rollback.finishWithinMinutes} min`}<small>begun within ${rollback.beginWithinMinutes} min</small></dd></div></dl>`;
}

function details(dossier: Dossier): Html {
  return html`<section class="card"><h2>Why</h2><p>${dossier.why}</p></section>
${changesCard(dossier)}${riskCard(dossier)}${radiusCard(dossier)}${rollbackCard(dossier)}${findingsCard(dossier)}${proofCard(dossier)}`;
}

function changesCard({ changes }: Dossier): Html {
  return html`<section class="card flush"><header><h2>What changes</h2><span class="muted small">${count(changes.length, "resource")}</span></header><div class="scroll" tabindex="0"><table><thead><tr><th>Action</th><th>Resource</th><th>Type</th></tr></thead><tbody>${changes.map(changeRow)}</tbody></table></div></section>`;
}

function changeRow({ action, logicalId, type, changed, fate, holdsState }: Dossier["changes"][number]): Html {
  const loses = holdsState && (action === "replace" || action === "remove");
  const property = ({ path, requiresRecreation }: (typeof changed)[number]) =>
    html`<div class="small"><code>${path}</code>${requiresRecreation === "never" ? nothing : html` <span class="muted">recreates ${requiresRecreation}</span>`}</div>`;
  return html`<tr><td><span class="change ${action}">${action}</span></td><td>${logicalId}${changed.map(property)}${fate ? html`<div class="small">what is there: ${fate}</div>` : nothing}${loses ? html`<div class="small"><strong class="high">holds data</strong></div>` : nothing}</td><td class="muted small">${type}</td></tr>`;
}

function riskCard({ risk: { reasons }, gates }: Dossier): Html {
  const reason = ({ points, resource, why }: (typeof reasons)[number]) =>
    html`<li><span class="points">${points}</span><span><strong>${resource}</strong>: ${why}</span></li>`;
  return html`<section class="card"><h2>Why this risk</h2>${reasons.length === 0 ? html`<p class="muted">Nothing in it adds risk.</p>` : html`<ul class="reasons">${reasons.map(reason)}</ul>`}
<p class="muted small">${gates.map(({ why }) => why).join("; ")}</p></section>`;
}

function radiusCard({ affectedSystems, blastRadius: { services, keywords } }: Dossier): Html {
  return html`<section class="card"><h2>Blast radius</h2><dl class="facts"><dt>Systems</dt><dd>${affectedSystems.join(", ")}</dd><dt>Services</dt><dd>${services.join(", ")}</dd>
${keywords.length === 0 ? nothing : html`<dt>Words to heed</dt><dd>${keywords.map(({ word, where }) => html`<div><code>${word}</code> in ${where}</div>`)}</dd>`}</dl></section>`;
}

function rollbackCard({ rollback, rolloutPlan }: Dossier): Html {
  const { description, exceptions } = rollback;
  return html`<section class="card"><h2>Way back</h2><p>${description}</p>
${exceptions.length === 0 ? nothing : html`<ul class="reasons">${exceptions.map(({ logicalId, why }) => html`<li><span class="points">!</span><span><strong>${logicalId}</strong>: ${why}</span></li>`)}</ul>`}
<details id="rollout"><summary>Rollout</summary><ul class="prose">${rolloutPlan.map(({ step, threshold }) => html`<li>${step}; ${threshold}</li>`)}</ul></details></section>`;
}

function findingsCard({ findings }: Dossier): Html {
  if (findings.length === 0) return nothing;
  return html`<section class="card"><h2>Checks</h2><ul class="reasons">${findings.map(({ severity, resource, message, fix }) => html`<li><span class="points">${severity === "info" || severity === "warning" ? "·" : "!"}</span><span><strong>${resource}</strong>: ${message}<div class="muted small">${fix}</div></span></li>`)}</ul></section>`;
}

function proofCard({ digest, changeSet, account, region, policyVersion, executionId }: Dossier): Html {
  return html`<section class="card"><h2>Exactly this is approved</h2><dl class="facts"><dt>Digest</dt><dd class="mono small">${digest}</dd><dt>Change set</dt><dd class="mono small">${changeSet.name}</dd>
<dt>Account</dt><dd class="mono small">${account}, ${region}</dd><dt>Policy</dt><dd class="mono small">${policyVersion}</dd><dt>Dossier</dt><dd><a href="/executions/${executionId}/artifacts/dossier.md">dossier.md</a>, <a href="/executions/${executionId}/artifacts/template.json">template.json</a></dd></dl></section>`;
}

function standing(gate: Gate, now: Date): Html {
  const left = gate.requiredApprovals - approvals(gate).length;
  const needs =
    gate.status === "open" ? `${count(left, "more approval")} needed` : `This gate is ${gate.status}`;
  const held = conditionsOf([gate]);
  if (gate.skipped) {
    const { by } = gate.skipped;
    return html`<section class="card"><h2>Nobody was asked</h2><p class="muted small">${by} wished so when they started it, and the policy of ${gate.environment} allows it.</p></section>`;
  }
  return html`<section class="card"><h2>${needs}</h2><p class="muted small">${approvals(gate).length} of ${gate.requiredApprovals} so far. ${gate.status === "open" ? html`It closes by itself ${when(gate.expiresAt, now)}.` : nothing}</p>
${isCritical(gate) ? html`<p class="note ask">A critical gate: every decision takes a one-time code.</p>` : nothing}
${held.length === 0 ? nothing : html`<div class="small"><strong>Applied only if</strong><ul class="conditions">${held.map((one) => html`<li>${conditionSentence(one)}</li>`)}</ul></div>`}</section>`;
}

function history({ votes }: Gate, now: Date): Html {
  if (votes.length === 0) return nothing;
  return html`<section class="card flush"><header><h2>Decisions so far</h2></header><ul class="list">${votes.map(({ by, decision, at, via, notes, stepUp, breakGlass, conditions = [] }) => html`<li><div class="item"><span><strong>${by}</strong> ${decision === "approve" ? "approved" : "rejected"} by ${via}${stepUp ? html`, with ${stepUp}` : nothing}</span><span class="muted small">${when(at, now)}</span>${breakGlass ? html`<p class="small"><strong class="high">alone, by breaking the glass</strong></p>` : nothing}${conditions.length > 0 ? html`<p class="small">if ${conditions.map(conditionSentence).join(" and ")}</p>` : nothing}${notes ? html`<p class="small">${notes}</p>` : nothing}</div></li>`)}</ul></section>`;
}
