import { html } from "hono/html";
import { type Html, nothing } from "./html.ts";

interface Gauge {
  readonly name: string;
  readonly used: number;
  readonly cap: number;
  /** Share of the cap from which nothing new begins. */
  readonly brake: number;
  readonly text: (amount: number) => string;
}

const WIDTH = 400;

/** How much of a cap is used, with the line at which new work is held back. */
export function gauge({ name, used, cap, brake, text }: Gauge): Html {
  const share = cap > 0 ? Math.min(1, used / cap) : 0;
  const over = share >= brake ? " over" : "";
  const at = Math.round(WIDTH * brake);
  const label = `${name}: ${text(used)} of ${text(cap)} used, held back from ${Math.round(brake * 100)} %`;
  return html`<div class="gauge"><div class="row"><span>${name}</span><span class="num muted">${text(used)} of ${text(cap)}</span></div>
<svg viewBox="0 0 ${WIDTH} 14" role="img" aria-label="${label}"><rect class="track" y="3" width="${WIDTH}" height="8" rx="4"/>
${share > 0 ? html`<rect class="fill${over}" y="3" width="${Math.max(4, Math.round(WIDTH * share))}" height="8" rx="4"/>` : nothing}
<line class="brake" x1="${at}" x2="${at}" y1="0" y2="14"/></svg></div>`;
}

export interface DaySpend {
  /** `2026-11-26` */
  readonly day: string;
  readonly usd: number;
}

const HEIGHT = 96;

/** Dollars a day as bars, the oldest first. */
export function spendChart(days: readonly DaySpend[], text: (usd: number) => string): Html {
  const most = Math.max(...days.map(({ usd }) => usd), 0.01);
  const step = WIDTH / days.length;
  const bars = days.map(({ day, usd }, at) => {
    const height = usd > 0 ? Math.max(3, Math.round((HEIGHT * usd) / most)) : 2;
    return html`<rect class="bar${usd > 0 ? "" : " none"}" x="${Math.round(at * step) + 3}" y="${HEIGHT + 6 - height}" width="${Math.round(step) - 6}" height="${height}" rx="2"><title>${day}: ${text(usd)}</title></rect>`;
  });
  const total = days.reduce((sum, { usd }) => sum + usd, 0);
  return html`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT + 24}" role="img" aria-label="Dollars a day: ${text(total)} in ${days.length} days">${bars}
<text x="3" y="${HEIGHT + 20}">${days[0]?.day.slice(5) ?? ""}</text><text x="${WIDTH - 3}" y="${HEIGHT + 20}" text-anchor="end">today</text></svg></div>`;
}
