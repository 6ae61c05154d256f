import { html } from "hono/html";
import { STAGES, stagesDone } from "../../api/views/stages.ts";
import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { type Html, nothing } from "../parts/html.ts";
import { environmentTag, statusBadge, when } from "../parts/words.ts";

/** One execution in a list. */
export function executionItem(execution: Execution, now: Date): Html {
  const { id, stack, environment, goalText, requestedBy, createdAt } = execution;
  const done = stagesDone(execution);
  const progress = hasEnded(execution)
    ? nothing
    : html`<progress max="${STAGES.length}" value="${done}" aria-label="${done} of ${STAGES.length} stages"></progress>`;
  return html`<li><div class="item"><div class="row"><a class="title" href="/executions/${id}">${stack}</a>${environmentTag(environment)}</div>
<div>${statusBadge(execution)}</div>
<p class="muted small clip">${goalText}</p><span class="muted small nowrap">${requestedBy} · ${when(createdAt, now)}</span></div>${progress}</li>`;
}

export function executionList(executions: readonly Execution[], now: Date, empty: string): Html {
  if (executions.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<ul class="list">${executions.map((execution) => executionItem(execution, now))}</ul>`;
}

const FILTERS = [
  ["", "All"],
  ["running", "Running"],
  ["paused", "Paused"],
  ["completed", "Completed"],
  ["failed", "Failed"],
] as const;

export function executionsPage(
  executions: readonly Execution[],
  { status, cursor, now }: { status: string; cursor: string | null; now: Date },
): Html {
  const tab = ([value, name]: (typeof FILTERS)[number]) =>
    html`<a href="/executions${value === "" ? "" : `?status=${value}`}"${value === status ? html` aria-current="true"` : nothing}>${name}</a>`;
  const more = new URLSearchParams({ ...(status === "" ? {} : { status }), cursor: cursor ?? "" });
  return html`<div class="head"><div><h1>Executions</h1><p>Every change that was asked for, newest first.</p></div></div>
<nav class="tabs" aria-label="Status">${FILTERS.map(tab)}</nav>
<section class="card flush">${executionList(executions, now, "Nothing here.")}</section>
${cursor === null ? nothing : html`<p><a class="button" href="/executions?${more}">Older</a></p>`}`;
}
