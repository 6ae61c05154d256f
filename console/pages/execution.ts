import { html } from "hono/html";
import { STAGES, stagesDone } from "../../api/views/stages.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { usdOf } from "../../core/budget/amounts.ts";
import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { approvals, type Gate } from "../../core/gate/gate.ts";
import type { Session } from "../../core/identity/sessions.ts";
import { minuteText } from "../../core/minute-text.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { describeEvent } from "../../core/timeline/describe-event.ts";
import { formToken } from "../layout.ts";
import { type Html, nothing } from "../parts/html.ts";
import {
  clock,
  dollars,
  environmentTag,
  gateBadge,
  sentenceCase,
  stateName,
  statusBadge,
  when,
} from "../parts/words.ts";

export interface ExecutionView {
  readonly execution: Execution;
  readonly gates: readonly Gate[];
  readonly artifacts: readonly ArtifactRef[];
  /** The newest last. */
  readonly events: readonly TimelineEvent[];
  readonly earlier: boolean;
  readonly machine: Html;
  /** What this person may do with it. */
  readonly may: { readonly steer: boolean; readonly rollBack: boolean; readonly grant: boolean };
  readonly session: Session;
  readonly now: Date;
}

export function executionPage(view: ExecutionView): Html {
  const { execution, now } = view;
  const { id, stack, environment, goalText, requestedBy, createdAt } = execution;
  return html`<div class="head"><div><p class="crumbs"><a href="/executions">Executions</a> / <span class="mono">${id}</span></p>
<div class="row"><h1>${stack}</h1>${environmentTag(environment)}${statusBadge(execution)}</div>
<p>${goalText}</p><p class="small">Asked for by ${requestedBy} ${when(createdAt, now)}</p></div>${actions(view)}</div>
${troubles(execution)}${grantForm(view)}
<section class="card"><ol class="steps" aria-label="Stages">${STAGES.map((stage, at) => step(stage, at, execution))}</ol></section>
${figures(execution)}
<div class="grid"><div class="span-7 stack">
${gatesCard(view)}
<section class="card"><header><h2>State machine</h2><span class="muted small mono">${execution.run.machine}</span></header>${view.machine}</section>${artifactsCard(view)}</div>
<div class="span-5 stack">${timelineCard(view)}</div></div>`;
}

function step(stage: string, at: number, execution: Execution): Html {
  const done = stagesDone(execution);
  const stopped = hasEnded(execution) && execution.status === "failed";
  const mark = at < done ? "done" : at > done ? "" : stopped ? "halt" : hasEnded(execution) ? "" : "now";
  const current = mark === "now" ? html` aria-current="step"` : nothing;
  return html`<li class="${mark}"${current}>${stateName(stage)}</li>`;
}

function troubles({ error, apply, parked, outcome }: Execution): Html {
  const failure =
    error ?? (apply?.failure === undefined ? undefined : { name: "ApplyFailed", message: apply.failure });
  const held = parked?.shortage ?? (parked ? heldText(parked) : undefined);
  return html`${failure && outcome !== "applied" ? html`<p class="note bad" role="alert"><strong>${failure.name}</strong>: ${failure.message}</p>` : nothing}
${held === undefined ? nothing : html`<p class="note ask">${held}</p>`}`;
}

/** For who may give it more of the budget it is short of: never whoever asked for the change. */
function grantForm({ execution: { id, parked }, may, session }: ExecutionView): Html {
  if (parked?.why !== "budget" || !may.grant) return nothing;
  const field = (name: string, label: string, step: string) =>
    html`<label>${label}<input name="${name}" type="number" min="0" step="${step}" inputmode="decimal"></label>`;
  return html`<section class="card"><h2>Grant more</h2><form method="post" action="/executions/${id}/grant" class="fields">${formToken(session)}
<div class="pair">${field("usd", "Dollars", "0.01")}${field("tokens", "Tokens", "1")}${field("minutes", "Minutes of work", "0.1")}</div><div><button class="primary">Grant</button></div></form></section>`;
}

function heldText({ until }: NonNullable<Execution["parked"]>): string {
  if (until === undefined) return "Paused; somebody has to let it go on.";
  return `Approved, and not to be applied before ${minuteText(until)}.`;
}

function figures({ spent, account, region, apply, digest }: Execution): Html {
  return html`<dl class="figures">
<div><dt>Work</dt><dd>${(spent.milliseconds / 1000).toFixed(1)} s</dd></div>
<div><dt>Tokens</dt><dd>${spent.tokens.toLocaleString("en")}</dd></div>
<div><dt>Spent by agents</dt><dd>${dollars(usdOf(spent.microUsd))}</dd></div>
<div><dt>Account</dt><dd class="mono">${account}<small>${region}</small></dd></div>
<div><dt>Digest</dt><dd class="mono">${digest ? digest.slice(0, 12) : "none yet"}${apply?.endedAt ? html`<small>applied ${apply.endedAt.slice(0, 16).replace("T", " ")}</small>` : nothing}</dd></div></dl>`;
}

function gatesCard({ gates, now }: ExecutionView): Html {
  if (gates.length === 0) return nothing;
  const item = (
    gate: Gate,
  ) => html`<li><div class="item"><a class="title" href="/gates/${gate.id}">${sentenceCase(gate.type)}</a>${gateBadge(gate.status)}
<p class="muted small">${gate.votes.map(({ by, decision }) => `${by} ${decision === "approve" ? "approved" : "rejected"}`).join(", ") || "Nobody has decided"} · ${approvals(gate).length} of ${gate.requiredApprovals}</p>
<span class="muted small">${gate.status === "open" ? html`expires ${when(gate.expiresAt, now)}` : nothing}</span></div></li>`;
  return html`<section class="card flush"><header><h2>Gates</h2></header><ul class="list">${gates.map(item)}</ul></section>`;
}

function timelineCard({ events, earlier, execution: { id } }: ExecutionView): Html {
  const told = events.toReversed().flatMap((event) => {
    const said = describeEvent(event);
    if (!said) return [];
    return [html`<li class="${said.tone}">${clock(event.at)}<i></i><p>${said.text}</p></li>`];
  });
  return html`<section class="card flush"><header><h2>Timeline</h2><a class="small" href="/audit?execution=${id}">${earlier ? "All of it" : "As recorded"}</a></header><ol class="timeline">${told}</ol></section>`;
}

function artifactsCard({ artifacts, execution: { id } }: ExecutionView): Html {
  if (artifacts.length === 0) return nothing;
  const row = ({ name, kind, bytes }: ArtifactRef) =>
    html`<tr><td><a href="/executions/${id}/artifacts/${name}">${name}</a></td><td class="muted nowrap">${kind}</td><td class="num nowrap muted">${bytes.toLocaleString("en")} B</td></tr>`;
  return html`<section class="card flush"><header><h2>Artifacts</h2></header><div class="scroll" tabindex="0"><table><thead><tr><th>Name</th><th>Kind</th><th>Size</th></tr></thead><tbody>${artifacts.map(row)}</tbody></table></div></section>`;
}

function actions({ execution, may, session }: ExecutionView): Html {
  const { id, status, signals, changeStatus } = execution;
  const ended = hasEnded(execution);
  const button = (wish: string, text: string) =>
    html`<form method="post" action="/executions/${id}/${wish}">${formToken(session)}<button>${text}</button></form>`;
  const paused = status === "paused" || signals.pause !== undefined;
  const applying = changeStatus === "APPLYING" || changeStatus === "ROLLBACK";
  const undoable = execution.outcome === "applied" || changeStatus === "APPLYING";
  return html`<div class="row">
${may.steer && !ended ? button(paused ? "unpause" : "pause", paused ? "Let go on" : "Pause") : nothing}
${may.steer && !ended && !applying ? button("cancel", "Cancel") : nothing}
${may.rollBack && undoable ? button("rollback", "Roll back") : nothing}</div>`;
}
