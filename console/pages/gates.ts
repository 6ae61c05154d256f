import { html } from "hono/html";
import { approvals, type Gate } from "../../core/gate/gate.ts";
import type { Html } from "../parts/html.ts";
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

export function gatesPage(mine: readonly Gate[], others: readonly Gate[], now: Date): Html {
  return html`<div class="head"><div><h1>Gates</h1><p>Where people decide. Whoever asked for a change decides nothing about it, and a gate nobody answers closes by itself.</p></div></div>
<section class="card flush"><header><h2>Waiting for you</h2></header>${gateList(mine, now, "Nothing waits for your decision.")}</section>
<section class="card flush"><header><h2>Waiting for others</h2></header>${gateList(others, now, "Nothing waits for anybody else.")}</section>`;
}
