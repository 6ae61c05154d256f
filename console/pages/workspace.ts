import { html } from "hono/html";
import type { AuditResult } from "../../api/ports.ts";
import type { busyStacks } from "../../api/views/stacks.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { describeEvent } from "../../core/timeline/describe-event.ts";
import { type Html, nothing } from "../parts/html.ts";
import { count, environmentTag, when } from "../parts/words.ts";
import type { SentMail } from "../ports.ts";

type BusyStack = Awaited<ReturnType<typeof busyStacks>>[number];

export function stacksPage(stacks: readonly BusyStack[], now: Date): Html {
  const link = (id: string) => html`<a class="mono" href="/executions/${id}">${id}</a>`;
  const row = ({ environment, stack, holder, since, queue }: BusyStack) =>
    html`<tr><td><strong>${stack}</strong></td><td>${environmentTag(environment)}</td><td>${holder ? link(holder) : html`<span class="muted">free</span>`}</td><td>${since ? when(since, now) : nothing}</td><td>${queue.length === 0 ? html`<span class="muted">nobody</span>` : queue.map((id) => html`<div>${link(id)}</div>`)}</td></tr>`;
  return html`<div class="head"><div><h1>Stacks</h1><p>One change at a time holds a stack; others wait in its queue.</p></div></div>
<section class="card flush">${stacks.length === 0 ? html`<p class="empty">No stack is being changed.</p>` : html`<div class="scroll" tabindex="0"><table><thead><tr><th>Stack</th><th>Environment</th><th>Held by</th><th>Since</th><th>Waiting</th></tr></thead><tbody>${stacks.map(row)}</tbody></table></div>`}</section>`;
}

export interface AuditSearch {
  readonly execution: string;
  readonly actor: string;
  readonly type: string;
}

export function auditPage(
  events: readonly TimelineEvent[],
  search: AuditSearch,
  result: AuditResult | undefined,
): Html {
  const { execution, actor, type } = search;
  const exported = (format: string) => `/audit/export?${new URLSearchParams({ ...search, format })}`;
  const field = (name: keyof AuditSearch, text: string, hint: string) =>
    html`<label>${text}<input name="${name}" value="${search[name]}" placeholder="${hint}" maxlength="128"></label>`;
  return html`<div class="head"><div><h1>Audit</h1><p>Every event is chained to the one before by its hash, and the heads of the chains are kept apart. A change to the record shows.</p></div>
<div class="row"><a class="button primary" href="/audit?${new URLSearchParams({ execution, actor, type, verify: "1" })}">Verify</a><a class="button" href="${exported("ndjson")}">NDJSON</a><a class="button" href="${exported("csv")}">CSV</a></div></div>
${result ? verdict(result) : nothing}
<section class="card"><form method="get" action="/audit" class="grid"><div class="span-4">${field("execution", "Execution", "exec_…")}</div><div class="span-4">${field("actor", "Who", "ada, agent:sentinel")}</div><div class="span-4">${field("type", "What", "gate.decided")}</div><div class="span-12"><button>Search</button></div></form></section>
<section class="card flush"><header><h2>Events</h2><span class="muted small">${count(events.length, "event")}, newest first</span></header>${events.length === 0 ? html`<p class="empty">Nothing was found.</p>` : eventTable(events)}</section>`;
}

function eventTable(events: readonly TimelineEvent[]): Html {
  const row = (event: TimelineEvent) =>
    html`<tr><td class="num nowrap muted small">${event.at.replace("T", " ").slice(0, 19)}</td><td class="mono small fixed">${event.type}</td><td class="small fixed">${event.actor}</td><td class="small">${describeEvent(event)?.text ?? nothing}</td><td class="mono small muted fixed">${event.chain === "workspace" ? "workspace" : html`<a href="/executions/${event.chain}">${event.chain}</a>`}#${event.seq}</td><td class="mono small muted fixed">${event.hash.slice(0, 8)}</td></tr>`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th>When</th><th>What</th><th>Who</th><th>In words</th><th>Chain</th><th>Hash</th></tr></thead><tbody>${events.map(row)}</tbody></table></div>`;
}

function verdict({ faults, events, chains, artifacts, anchors }: AuditResult): Html {
  if (faults.length === 0)
    return html`<p class="note good" role="status">Verified: ${events} events in ${chains} chains, ${artifacts} artifacts and ${anchors} anchors are what was written.</p>`;
  return html`<div class="note bad" role="alert"><strong>Not what was written: ${count(faults.length, "fault")}</strong><ul>${faults.slice(0, 50).map(({ kind, chain, seq, message }) => html`<li>${kind} in ${chain} at event ${seq}: ${message}</li>`)}</ul></div>`;
}

export function outboxPage(mails: readonly SentMail[], now: Date): Html {
  const item = ({ position, subject, to, at }: SentMail) =>
    html`<li><div class="item"><a class="title" href="/outbox/${position}">${subject}</a><span class="muted small">${when(at, now)}</span><p class="muted small">to ${to.join(", ")}</p></div></li>`;
  return html`<div class="head"><div><h1>Outbox</h1><p>Mails on this machine go nowhere: they are kept here, for whoever runs it to open.</p></div></div>
<section class="card flush">${mails.length === 0 ? html`<p class="empty">No mail was sent yet.</p>` : html`<ul class="list">${mails.map(item)}</ul>`}</section>`;
}

export function mailPage({ position, subject, to, at, text }: SentMail, origin: string, now: Date): Html {
  return html`<div class="head"><div><p class="crumbs"><a href="/outbox">Outbox</a></p><h1>${subject}</h1><p class="small">to ${to.join(", ")}, ${when(at, now)}</p></div></div>
<section class="card flush"><iframe class="mail" title="The mail as HTML" src="/outbox/${position}/html" sandbox="allow-top-navigation-by-user-activation"></iframe></section>
<section class="card"><h2>As text</h2><pre tabindex="0">${linked(text, origin)}</pre></section>`;
}

/** The text of a mail, its links to this console followed by a click, as a mail program would make them. */
function linked(text: string, origin: string): Html[] {
  return text.split(/(https?:\/\/\S+)/).map((piece) => {
    if (!piece.startsWith(`${origin}/`)) return html`${piece}`;
    return html`<a href="${piece.slice(origin.length)}">${piece}</a>`;
  });
}
