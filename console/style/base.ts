/** Colours, type and the frame of every page. */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#fbfbfc, #0d0e11);
  --surface: light-dark(#ffffff, #15171b);
  --raised: light-dark(#f4f5f7, #1c1f25);
  --line: light-dark(#e4e6ea, #272b33);
  --line-strong: light-dark(#d0d4da, #3a404b);
  --text: light-dark(#16191f, #e8eaee);
  --muted: light-dark(#5b6370, #9aa3b2);
  --accent: light-dark(#3b5bdb, #8ea6ff);
  --accent-fill: light-dark(#3b5bdb, #4666e5);
  --on-accent: #ffffff;
  --accent-soft: light-dark(#edf1ff, #1c2440);
  --good: light-dark(#136b3d, #4cc38a);
  --good-soft: light-dark(#e6f5ed, #11291e);
  --bad: light-dark(#c0322b, #ff8a80);
  --bad-fill: light-dark(#c0322b, #b3362f);
  --bad-soft: light-dark(#fdecea, #341816);
  --warn: light-dark(#8f5a00, #f0b64d);
  --warn-soft: light-dark(#fff4dd, #2e2410);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: "Inter", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --radius: 10px;
  --shadow: 0 1px 2px light-dark(rgb(16 24 40 / 5%), rgb(0 0 0 / 30%));
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--bg); color: var(--text);
  font: 400 15px/1.55 var(--sans); font-feature-settings: "cv05", "ss03"; -webkit-font-smoothing: antialiased;
}
h1, h2, h3 { line-height: 1.25; margin: 0; font-weight: 620; letter-spacing: -0.012em; text-wrap: balance; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1rem; }
h3 { font-size: 0.9rem; }
p { margin: 0; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
a:not(:hover) { text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
p code, dd, .mono { overflow-wrap: anywhere; }
code, pre, .mono { font-family: var(--mono); font-size: 0.86em; font-variant-ligatures: none; }
.muted { color: var(--muted); }
.small { font-size: 0.85rem; }
.num { font-variant-numeric: tabular-nums; }
.nowrap { white-space: nowrap; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 12px; background: var(--surface); padding: 8px 12px; z-index: 9; }
.visually-hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.frame { display: grid; grid-template-columns: 224px minmax(0, 1fr); min-height: 100vh; }
.side {
  border-right: 1px solid var(--line); padding: 20px 12px; position: sticky; top: 0; height: 100vh;
  display: flex; flex-direction: column; gap: 4px; background: var(--surface);
}
.brand {
  display: flex; align-items: center; gap: 10px; padding: 0 10px 18px; color: var(--text);
  text-decoration: none; font-weight: 650; letter-spacing: -0.015em; font-size: 1.02rem;
}
.brand svg { color: var(--accent); }
.side ul { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 2px; }
.side nav a {
  display: flex; align-items: center; gap: 10px; padding: 7px 10px; border-radius: 7px; color: var(--muted);
  text-decoration: none; font-size: 0.92rem; font-weight: 500;
}
.side nav a svg { flex: none; }
.side nav a:hover { background: var(--raised); color: var(--text); }
.side nav a[aria-current] { background: var(--raised); color: var(--text); }
.side .count {
  margin-left: auto; background: var(--accent-fill); color: var(--on-accent); border-radius: 99px;
  padding: 0 7px; font-size: 0.74rem; line-height: 1.5; font-weight: 620;
}
.side .foot { margin-top: auto; padding: 12px 10px 0; font-size: 0.82rem; color: var(--muted); display: grid; gap: 6px; }
.side .foot strong { color: var(--text); font-weight: 560; }
.side .foot form { margin: 0; }
main { padding: 28px clamp(16px, 3vw, 40px) 64px; min-width: 0; }
.page { max-width: 1120px; margin: 0 auto; display: grid; gap: 20px; }
.narrow { max-width: 760px; }
.head { display: flex; gap: 12px 20px; align-items: flex-start; justify-content: space-between; flex-wrap: wrap; }
.head > div { display: grid; gap: 6px; min-width: 0; }
.head > .row { display: flex; }
.head p { color: var(--muted); max-width: 72ch; }
.crumbs { font-size: 0.85rem; color: var(--muted); }
.crumbs a { color: inherit; }
.simulated {
  font-size: 0.82rem; color: var(--warn); background: var(--warn-soft); border-radius: 99px; padding: 2px 10px;
  justify-self: start;
}
.door { min-height: 100vh; display: grid; place-items: center; padding: 20px; }
.door .brand { padding: 0; }
.door .card { width: min(420px, 100%); padding: 28px; gap: 16px; }
@media (max-width: 860px) {
  .frame { grid-template-columns: minmax(0, 1fr); }
  .side {
    position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: 12px 12px 8px;
    flex-direction: row; flex-wrap: wrap; align-items: center;
  }
  .brand { padding: 0 6px; }
  .side nav { order: 3; width: 100%; overflow-x: auto; }
  .side ul { flex-direction: row; }
  .side nav a { white-space: nowrap; padding: 6px 9px; }
  .side nav a svg { display: none; }
  .side .foot { margin: 0 0 0 auto; padding: 0 6px; grid-auto-flow: column; align-items: center; gap: 10px; }
  main { padding-top: 20px; }
}
@media (prefers-reduced-motion: no-preference) {
  .side nav a, button, .button { transition: background-color 0.12s, border-color 0.12s, color 0.12s; }
  .pulse { animation: pulse 1.8s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: 0.35; } }
}
`;
