/** The pages that have a look of their own: an execution, its machine, a decision. */
export const VIEWS_STYLE = `
.steps { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 4px; list-style: none; margin: 0; padding: 0; }
.steps li { display: grid; gap: 7px; font-size: 0.76rem; color: var(--muted); min-width: 0; }
.steps li::before { content: ""; height: 5px; border-radius: 99px; background: var(--raised); border: 1px solid var(--line); }
.steps li.done::before { background: var(--good); border-color: transparent; }
.steps li.now::before { background: var(--accent); border-color: transparent; }
.steps li.halt::before { background: var(--bad); border-color: transparent; }
.steps li.now, .steps li.halt { color: var(--text); font-weight: 560; }
@media (max-width: 700px) { .steps { grid-auto-flow: row; } .steps li { grid-template-columns: 22px 1fr; align-items: center; font-size: 0.88rem; } }
.timeline { list-style: none; margin: 0; padding: 4px 20px 14px; font-size: 0.9rem; }
.timeline li { display: grid; grid-template-columns: 62px 14px minmax(0, 1fr); gap: 10px; padding: 5px 0; position: relative; }
.timeline time { color: var(--muted); font-size: 0.8rem; line-height: 1.75; }
.timeline li > i { width: 9px; height: 9px; border-radius: 50%; background: var(--line-strong); margin: 8px 0 0 2px; position: relative; z-index: 1; }
.timeline li::after { content: ""; position: absolute; left: 78px; top: 14px; bottom: -10px; width: 1px; background: var(--line); }
.timeline li:last-child::after { display: none; }
.timeline .step p { font-weight: 560; } .timeline .step > i { background: var(--accent); }
.timeline .good > i { background: var(--good); } .timeline .bad > i { background: var(--bad); } .timeline .ask > i { background: var(--warn); }
.timeline .bad { color: var(--bad); } .timeline p { overflow-wrap: anywhere; }
.machine { overflow: auto; max-height: 780px; padding: 4px 0; }
.machine svg { display: block; width: 100%; min-width: 560px; height: auto; }
.machine .edge { fill: none; stroke: var(--line); stroke-width: 1.4; }
.machine .edge.taken { stroke: var(--good); stroke-width: 2.2; }
.machine circle { fill: var(--surface); stroke: var(--line-strong); stroke-width: 1.6; }
.machine .taken circle { fill: var(--good); stroke: var(--good); }
.machine .here circle { fill: var(--accent); stroke: var(--accent-soft); stroke-width: 6; }
.machine text { font: 500 12px var(--sans); fill: var(--muted); paint-order: stroke; stroke: var(--surface); stroke-width: 4px; }
.machine .taken text { fill: var(--text); } .machine .here text { fill: var(--accent); font-weight: 650; }
.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 0; background: var(--line); border-radius: var(--radius); overflow: hidden; border: 1px solid var(--line); }
.figures > div { flex: 1 1 150px; background: var(--surface); padding: 14px 18px; display: grid; gap: 2px; align-content: start; }
.figures dt { font-size: 0.8rem; color: var(--muted); } .figures dd { margin: 0; font-size: 1.22rem; font-weight: 620; letter-spacing: -0.015em; }
.figures small { color: var(--muted); font-size: 0.82rem; font-weight: 400; letter-spacing: 0; display: block; line-height: 1.4; }
.figures .low { color: var(--good); } .figures .medium { color: var(--warn); } .figures .high, .figures .critical { color: var(--bad); }
.high { color: var(--bad); }
.change { font: 560 0.74rem/1.6 var(--mono); border-radius: 5px; padding: 1px 7px; background: var(--raised); }
.change.add { background: var(--good-soft); color: var(--good); } .change.modify { background: var(--warn-soft); color: var(--warn); }
.change.replace, .change.remove { background: var(--bad-soft); color: var(--bad); }
.decide { position: sticky; top: 20px; }
.decide .buttons { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; }
.reasons { margin: 0; padding: 0; list-style: none; display: grid; gap: 8px; font-size: 0.92rem; }
.reasons li { display: grid; grid-template-columns: 34px minmax(0, 1fr); gap: 10px; overflow-wrap: anywhere; }
.reasons .points { text-align: right; color: var(--muted); font-variant-numeric: tabular-nums; }
.example { display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr) auto; align-items: center; padding: 14px 0; border-top: 1px solid var(--line); }
.example:first-of-type { border-top: 0; padding-top: 0; }
.qr { background: #fff; padding: 10px; border-radius: 8px; width: 184px; border: 1px solid var(--line); } .qr svg { display: block; }
details > summary { cursor: pointer; font-weight: 540; } details[open] > summary { margin-bottom: 10px; }
.tabs { display: flex; gap: 6px; flex-wrap: wrap; }
.tabs a { padding: 4px 11px; border-radius: 99px; text-decoration: none; color: var(--muted); border: 1px solid var(--line); font-size: 0.86rem; background: var(--surface); }
.tabs a[aria-current] { color: var(--text); border-color: var(--line-strong); background: var(--raised); font-weight: 560; }
a.jump { display: none; }
@media (max-width: 980px) { .decide { position: static; } a.jump { display: inline-block; } }
`;
