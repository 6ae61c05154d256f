import { html } from "hono/html";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { type FiledReport, troublesIn, type Watch, type WatchReport } from "../../core/watch/report.ts";
import { type Html, nothing } from "../parts/html.ts";
import { environmentTag, sentenceCase, when } from "../parts/words.ts";

/** The newest report of a watch over an environment, if it has looked yet. */
export interface WatchState {
  readonly watch: Watch;
  readonly environment: Environment;
  readonly last: FiledReport | undefined;
}

/** For the overview: what the watches found, those with troubles first. */
export function watchesCard(states: readonly WatchState[], now: Date): Html {
  const looked = states
    .filter(({ last }) => last !== undefined)
    .toSorted((one, other) => (other.last?.troubles ?? 0) - (one.last?.troubles ?? 0));
  const troubled = looked.filter(({ last }) => (last?.troubles ?? 0) > 0);
  if (looked.length === 0) return nothing;
  const body =
    troubled.length === 0
      ? html`<p class="muted">All well, as of ${when(looked[0]?.last?.at ?? "", now)}.</p>`
      : troubled.map(
          ({ watch, environment, last }) =>
            html`<p class="row"><a href="/watches#${watch}-${environment}">${sentenceCase(watch)}</a>${environmentTag(environment)}<span class="badge bad">${last?.troubles ?? 0} to see to</span></p>`,
        );
  return html`<section class="card"><header><h2>Watches</h2><a class="small" href="/watches">Reports</a></header>${body}</section>`;
}

export function watchesPage(
  states: readonly (WatchState & { readonly report: WatchReport | undefined })[],
  now: Date,
): Html {
  const looked = states.flatMap(({ report }) => (report ? [report] : []));
  return html`<div class="head"><div><h1>Watches</h1><p>What is looked at every day, and what was found the last time.</p></div></div>
<div class="stack">${looked.length === 0 ? html`<section class="card"><p class="empty">No watch has looked yet: each does once a day, and <code>conductor watch</code> at once.</p></section>` : looked.map((state) => reportCard(state, now))}</div>`;
}

function reportCard(report: WatchReport, now: Date): Html {
  const { watch, environment } = report;
  const title = html`<h2>${sentenceCase(watch)} ${environmentTag(environment)}</h2>`;
  const troubles = troublesIn(report);
  const verdict =
    troubles === 0
      ? html`<span class="badge good">All well</span>`
      : html`<span class="badge bad">${troubles} to see to</span>`;
  const figures = Object.entries(report.figures).map(
    ([name, value]) => html`<dt>${sentenceCase(name.replace(/([A-Z])/g, "_$1"))}</dt><dd>${value}</dd>`,
  );
  return html`<section class="card" id="${watch}-${environment}"><header>${title}<span class="row">${verdict}<span class="muted small">${when(report.at, now)}</span></span></header>
${report.findings.map(findingItem)}
<dl class="facts">${figures}</dl></section>`;
}

function findingItem({ severity, resource, message, fix }: Finding): Html {
  const tone = severity === "info" ? "" : severity === "warning" ? "ask" : "bad";
  return html`<div class="stack"><p class="row"><span class="badge ${tone}">${severity}</span><strong>${resource}</strong></p><p>${message}<br><span class="muted small">${fix}</span></p></div>`;
}
