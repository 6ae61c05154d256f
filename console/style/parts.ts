/** Cards, tables, badges, forms and gauges. */
export const PARTS_STYLE = `
.card {
  background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
  padding: 18px 20px; display: grid; gap: 14px; align-content: start; min-width: 0;
}
.card > header { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; flex-wrap: wrap; }
.card.flush { padding: 0; gap: 0; overflow: hidden; }
.card.flush > header { padding: 14px 20px; border-bottom: 1px solid var(--line); }
.grid { display: grid; gap: 20px; grid-template-columns: repeat(12, minmax(0, 1fr)); align-items: start; }
.span-4 { grid-column: span 4; } .span-5 { grid-column: span 5; } .span-6 { grid-column: span 6; }
.span-7 { grid-column: span 7; } .span-8 { grid-column: span 8; } .span-12 { grid-column: span 12; }
@media (max-width: 980px) { .span-4, .span-5, .span-6, .span-7, .span-8 { grid-column: span 12; } }
.stack { display: grid; gap: 12px; min-width: 0; }
.row { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; }
.empty { color: var(--muted); padding: 22px 20px; text-align: center; }
.badge {
  display: inline-flex; align-items: center; gap: 6px; border-radius: 99px; padding: 1px 9px 1px 8px; white-space: nowrap;
  font-size: 0.8rem; font-weight: 540; background: var(--raised); color: var(--muted);
}
.badge::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: currentColor; flex: none; }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.ask { background: var(--warn-soft); color: var(--warn); }
.badge.busy { background: var(--accent-soft); color: var(--accent); }
.env { font: 560 0.74rem/1.5 var(--mono); padding: 1px 7px; border-radius: 5px; border: 1px solid var(--line-strong); }
.env.prod { border-color: var(--bad); color: var(--bad); }
.list { list-style: none; margin: 0; padding: 0; }
.list > li { border-top: 1px solid var(--line); padding: 13px 20px; }
.list > li:first-child { border-top: 0; }
.list > li:hover { background: color-mix(in srgb, var(--raised) 45%, transparent); }
.item { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 16px; align-items: center; }
.item > :nth-child(even) { justify-self: end; text-align: right; }
.item .title { font-weight: 560; color: var(--text); text-decoration: none; overflow-wrap: anywhere; }
a.title:hover { text-decoration: underline; }
.clip { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th {
  text-align: left; font-weight: 540; color: var(--muted); font-size: 0.8rem; white-space: nowrap;
}
th, td { padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
th:first-child, td:first-child { padding-left: 20px; } th:last-child, td:last-child { padding-right: 20px; }
td { overflow-wrap: anywhere; }
td.fixed { white-space: nowrap; overflow-wrap: normal; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 7px 18px; margin: 0; font-size: 0.92rem; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
button, .button {
  font: 560 0.92rem/1.2 var(--sans); padding: 9px 16px; border-radius: 8px; border: 1px solid var(--line-strong);
  background: var(--surface); color: var(--text); cursor: pointer; text-decoration: none; display: inline-block;
}
button:hover, .button:hover { background: var(--raised); }
button.primary, .button.primary { background: var(--accent-fill); border-color: transparent; color: var(--on-accent); }
button.primary:hover, .button.primary:hover { background: color-mix(in srgb, var(--accent-fill) 88%, black); }
button.danger { background: var(--bad-fill); border-color: transparent; color: #fff; }
button.danger:hover { background: color-mix(in srgb, var(--bad-fill) 88%, black); }
button.quiet { border: 0; padding: 0; background: none; color: var(--muted); font-weight: 500; font-size: inherit; text-decoration: underline; }
form { margin: 0; }
.fields { display: grid; gap: 14px; }
label { display: grid; gap: 5px; font-size: 0.9rem; font-weight: 540; }
label .hint { font-weight: 400; color: var(--muted); font-size: 0.84rem; }
input, textarea, select {
  font: 400 0.95rem/1.4 var(--sans); color: var(--text); background: var(--bg); border: 1px solid var(--line-strong);
  border-radius: 8px; padding: 8px 11px; width: 100%;
}
.pair { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); margin: 10px 0; }
label.check { display: flex; align-items: center; gap: 9px; font-weight: 400; margin-top: 8px; }
label.check input { width: auto; accent-color: var(--accent-fill); }
ul.conditions { margin: 4px 0 0; padding-left: 1.3em; }
input.code { font: 500 1.25rem/1.3 var(--mono); letter-spacing: 0.32em; max-width: 11em; }
textarea { min-height: 5.5em; resize: vertical; }
.note { border-radius: 8px; padding: 10px 14px; font-size: 0.92rem; background: var(--raised); overflow-wrap: anywhere; }
.note.bad { background: var(--bad-soft); color: var(--bad); } .note.good { background: var(--good-soft); color: var(--good); }
.note.ask { background: var(--warn-soft); color: var(--warn); }
progress { appearance: none; border: 0; width: 100%; height: 6px; border-radius: 99px; background: var(--raised); overflow: hidden; display: block; }
progress::-webkit-progress-bar { background: var(--raised); border-radius: 99px; }
progress::-webkit-progress-value { background: var(--accent); border-radius: 99px; }
progress::-moz-progress-bar { background: var(--accent); border-radius: 99px; }
.gauge { display: grid; gap: 6px; }
.gauge .row { justify-content: space-between; font-size: 0.88rem; }
.gauge svg, .chart svg { width: 100%; height: auto; display: block; }
.gauge .track { fill: var(--raised); } .gauge .fill { fill: var(--accent); } .gauge .fill.over { fill: var(--bad); }
.gauge .brake { stroke: var(--warn); stroke-width: 2; }
.chart .bar { fill: var(--accent); } .chart .bar.none { fill: var(--line-strong); } .chart text { fill: var(--muted); font: 10px var(--sans); }
.chart .cap { stroke: var(--line-strong); stroke-dasharray: 3 4; }
pre {
  margin: 0; padding: 14px 16px; background: var(--raised); border-radius: 8px; overflow: auto; max-height: 70vh;
  line-height: 1.5; tab-size: 2;
}
pre .key { color: var(--accent); } pre .text { color: var(--good); } pre .value { color: var(--warn); }
.prose { display: grid; grid-template-columns: minmax(0, 1fr); gap: 10px; max-width: 78ch; overflow-wrap: anywhere; }
.prose ul { margin: 0; padding-left: 1.3em; display: grid; gap: 3px; }
.prose blockquote { margin: 0; padding-left: 14px; border-left: 3px solid var(--line-strong); color: var(--muted); }
.prose h2 { margin-top: 10px; } .prose h1 { font-size: 1.25rem; }
iframe.mail { display: block; width: 100%; height: min(70vh, 660px); border: 0; background: #f4f5f7; color-scheme: light; }
.figure { max-width: 100%; height: auto; background: #fff; border-radius: 8px; padding: 12px; border: 1px solid var(--line); }
`;
