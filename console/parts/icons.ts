import { html } from "hono/html";
import type { Html } from "./html.ts";

/** Strokes of 24 × 24, drawn for this console. */
const PATHS = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  executions: "M5 6h14M5 12h9M5 18h5M17 15l3 3-3 3",
  gates: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4",
  stacks: "M12 3l9 5-9 5-9-5zM3 13l9 5 9-5",
  audit: "M7 3h7l4 4v14H7zM14 3v4h4M10 13h5M10 17h5",
  outbox: "M3 7h18v11H3zM3 8l9 6 9-6",
  settings: "M4 8h10M18 8h2M4 16h2M10 16h10M14 5.5v5M6 13.5v5",
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): Html {
  return html`<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
}

/** The mark: a baton over a gate. */
export function mark(): Html {
  return html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" aria-hidden="true"><path d="M4 20V9a8 8 0 0 1 16 0v11"/><path d="M12 20V11"/><circle cx="12" cy="7.5" r="1.4" fill="currentColor" stroke="none"/></svg>`;
}
