import { html } from "hono/html";
import type { BrokenGlass } from "../../core/gate/break-glass.ts";
import { approvals, type Gate } from "../../core/gate/gate.ts";
import { type Html, nothing } from "../parts/html.ts";
import { environmentTag, sentenceCase, when } from "../parts/words.ts";

export function gateList(gates: readonly Gate[], now: Date, empty: string): Html {
  if (gates.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<ul class="list">${gates.map((gate) => gateItem(gate, now))}</ul>`;
}

function gateItem(gate: Gate, now: Date): Html {
  const { id, subject, environment, type, requestedBy, requiredApprovals, expiresAt } = gate;
  return html`<li><div class="item"><div class="row"><a class="title" href="/gates/${id}">${subject}</a>${environmentTag(environment)}</div>
<a class="button" href="/gates/${id}" aria-label="Review ${subject}">Review</a>
<p class="muted small">${sentenceCase(type)} · asked for by ${requestedBy} · ${approvals(gate).length} of ${requiredApprovals} approved · expires ${when(expiresAt, now)}</p></div></li>`;
}

interface GatesView {
  readonly mine: readonly Gate[];
  readonly others: readonly Gate[];
  /** What was approved by one person in an emergency, and nobody has reviewed. */
  readonly glass: readonly BrokenGlass[];
  readonly now: Date;
}

export function gatesPage({ mine, others, glass, now }: GatesView): Html {
  return html`<div class="head"><div><h1>Gates</h1><p>Where people decide. Whoever asked for a change decides nothing about it, and a gate nobody answers closes by itself.</p></div></div>
${glass.length === 0 ? nothing : html`<section class="card flush"><header><h2>Broken glass to review</h2></header><ul class="list">${glass.map((one) => glassItem(one, now))}</ul></section>`}
<section class="card flush"><header><h2>Waiting for you</h2></header>${gateList(mine, now, "Nothing waits for your decision.")}</section>
<section class="card flush"><header><h2>Waiting for others</h2></header>${gateList(others, now, "Nothing waits for anybody else.")}</section>`;
}

function glassItem({ gateId, subject, environment, by, reason, reviewBy }: BrokenGlass, now: Date): Html {
  return html`<li><div class="item"><div class="row"><a class="title" href="/gates/${gateId}">${subject}</a>${environmentTag(environment)}</div><a class="button" href="/gates/${gateId}" aria-label="Review ${subject}">Review</a>
<p class="muted small">${by} approved alone: ${reason} · to be reviewed ${when(reviewBy, now)}</p></div></li>`;
}
