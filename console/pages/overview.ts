import { html } from "hono/html";
import type { Execution } from "../../core/execution/execution.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { Session } from "../../core/identity/sessions.ts";
import { formToken } from "../layout.ts";
import { type DaySpend, gauge, spendChart } from "../parts/charts.ts";
import { type Html, nothing } from "../parts/html.ts";
import { count, dollars } from "../parts/words.ts";
import type { ExampleGoal } from "../ports.ts";
import { executionList } from "./executions.ts";
import { gateList } from "./gates.ts";
import { type WatchState, watchesCard } from "./watches.ts";

export interface Overview {
  readonly running: readonly Execution[];
  readonly recent: readonly Execution[];
  readonly waiting: readonly Gate[];
  readonly budget: {
    readonly tokens: Spent;
    readonly usd: Spent;
    readonly brake: number;
  };
  readonly days: readonly DaySpend[];
  readonly examples: readonly ExampleGoal[];
  readonly watches: readonly WatchState[];
  readonly session: Session;
  readonly now: Date;
}

interface Spent {
  readonly used: number;
  readonly cap: number;
}

export function overviewPage(overview: Overview): Html {
  const { running, recent, waiting, now } = overview;
  const failed = recent.filter(({ status }) => status === "failed").length;
  return html`<div class="head"><div><h1>Overview</h1><p>${headline(overview)}</p></div></div>
<div class="grid"><div class="span-8 stack">
<section class="card flush"><header><h2>Waiting for you</h2></header>${gateList(waiting, now, "Nothing waits for your decision.")}</section>
<section class="card flush"><header><h2>Running</h2></header>${executionList(running, now, "Nothing is running.")}</section>
<section class="card flush"><header><h2>Recent</h2><span class="muted small">${failed > 0 ? html`${count(failed, "failure")} among the last ${recent.length} · ` : nothing}<a href="/executions">All executions</a></span></header>
${executionList(recent, now, "No change was asked for yet. Start an example.")}</section>
</div><div class="span-4 stack">${budgetCard(overview)}${watchesCard(overview.watches, now)}${examplesCard(overview)}</div></div>`;
}

function headline({ running, waiting }: Overview): string {
  const doing = running.length === 0 ? "Nothing is running" : `${count(running.length, "change")} under way`;
  return waiting.length === 0 ? `${doing}.` : `${doing}, ${count(waiting.length, "decision")} yours to make.`;
}

function budgetCard({ budget: { tokens, usd, brake }, days }: Overview): Html {
  return html`<section class="card"><header><h2>Today's budget</h2></header>
${gauge({ name: "Dollars", ...usd, brake, text: dollars })}
${gauge({ name: "Tokens", ...tokens, brake, text: (amount) => amount.toLocaleString("en") })}
<p class="muted small">From the line on, at ${Math.round(brake * 100)} % of a day's cap, no new pipeline begins.</p>
<h3>Spend by day</h3>${spendChart(days, dollars)}</section>`;
}

function examplesCard({ examples, session }: Overview): Html {
  if (examples.length === 0) return nothing;
  return html`<section class="card"><header><h2>Try it</h2></header><div>${examples.map((example) => exampleForm(example, session))}</div></section>`;
}

function exampleForm({ name, goal }: ExampleGoal, session: Session): Html {
  const { goal: text, environment } = goal as { goal?: string; environment?: string };
  return html`<form method="post" action="/examples/${name}" class="example">${formToken(session)}
<div><strong>${name}</strong> <span class="env ${environment ?? ""}">${environment ?? ""}</span><p class="muted small clip">${text ?? ""}</p></div>
<button aria-label="Start ${name}">Start</button></form>`;
}
