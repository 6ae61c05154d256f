import { html } from "hono/html";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { stateText } from "../../core/execution/state-text.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { Html } from "./html.ts";

const TONES: Readonly<Record<string, string>> = {
  WAIT_FOR_APPROVE: "ask",
  ROLLBACK: "bad",
  BLOCKED: "bad",
  REJECTED: "bad",
  EXPIRED: "bad",
  open: "ask",
  approved: "good",
  rejected: "bad",
  expired: "bad",
};
const CALM = new Set(["CANCELLED", "PENDING", "closed"]);

/** `Waiting for approval` and the like, with the colour of how it stands. */
export function statusBadge({ changeStatus, outcome, status, parked }: Execution): Html {
  const good = outcome === "applied" || outcome === "no_changes" || outcome === "rolled_back";
  const ended = good ? "good" : "bad";
  const running = CALM.has(changeStatus) ? "" : (TONES[changeStatus] ?? "busy");
  const tone = outcome ? (CALM.has(changeStatus) ? "" : ended) : status === "paused" ? "ask" : running;
  const waits = parked?.why === "window" ? "Waiting for its time" : undefined;
  const text = status === "paused" ? "paused" : (waits ?? sentenceCase(stateText(changeStatus, outcome)));
  return html`<span class="badge ${tone}">${text}</span>`;
}

export function gateBadge(status: Gate["status"]): Html {
  return html`<span class="badge ${TONES[status] ?? ""}">${sentenceCase(status)}</span>`;
}

export function environmentTag(name: Environment): Html {
  return html`<span class="env ${name}">${name}</span>`;
}

/** `In progress` from `IN_PROGRESS`. */
export function sentenceCase(name: string): string {
  if (name === "WAIT_FOR_APPROVE") return "Waiting for approval";
  const text = name.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Draw plan` from `DrawPlan`. */
export function stateName(name: string): string {
  return sentenceCase(name.replace(/(?<=[a-z])(?=[A-Z])/g, " "));
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** `5 min`, `3 h`, `2 d`: the largest unit alone. */
export function duration(milliseconds: number): string {
  const seconds = Math.abs(milliseconds) / 1000;
  const [unit, name] = UNITS.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / unit)} ${name}`;
}

/** How long ago, or in how long; the exact time for whoever points at it, and for machines. */
export function when(at: string, now: Date): Html {
  const apart = Date.parse(at) - now.getTime();
  const text =
    Math.abs(apart) < 2_000 ? "now" : apart < 0 ? `${duration(apart)} ago` : `in ${duration(apart)}`;
  return html`<time datetime="${at}" title="${at}" class="nowrap">${text}</time>`;
}

export function clock(at: string): Html {
  return html`<time datetime="${at}" title="${at}">${at.slice(11, 19)}</time>`;
}
