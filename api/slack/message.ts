import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { ChatMessage } from "../../core/chat/chat.ts";
import { isCritical } from "../../core/gate/critical.ts";
import type { Gate } from "../../core/gate/gate.ts";

/** Slack's three characters of control: with them escaped, others' text mentions nobody and links nowhere. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Characters of a section in Block Kit. */
const MOST = 2_900;

interface Asking {
  readonly gate: Gate;
  readonly dossier?: Dossier | undefined;
  /** Who is asked to decide. */
  readonly people: readonly string[];
  readonly origin: string;
}

/** A gate that opened, for the channel: what changes, cost, risk, who may decide, and where. */
export function gateMessage({ gate, dossier, people, origin }: Asking): ChatMessage {
  const { id, digest, subject, stack, environment, requestedBy } = gate;
  const where = `*${escaped(subject)}*\n${escaped(stack)} in \`${environment}\`, asked for by ${escaped(requestedBy)}`;
  const may = `May decide: ${people.map(escaped).join(", ") || "nobody yet"}. \`/approve ${id}\` or \`/reject ${id} why\``;
  const open = { type: "button", text: plain("Open"), url: `${origin}/gates/${id}`, action_id: "open" };
  const approve = {
    type: "button",
    text: plain("Approve"),
    style: "primary",
    action_id: "approve",
    value: `${id} ${digest}`,
  };
  const reject = { ...approve, text: plain("Reject"), style: "danger", action_id: "reject" };
  const elements = isCritical(gate) ? [open] : [approve, reject, open];
  const closing = isCritical(gate) ? "Critical: decided in the console, with a one-time code." : may;
  return {
    text: `Your decision is needed: ${escaped(subject)}`,
    blocks: [
      section(where),
      ...(dossier ? [section(essentials(dossier))] : []),
      { type: "context", elements: [{ type: "mrkdwn", text: closing.slice(0, MOST) }] },
      { type: "actions", elements },
    ],
  };
}

function essentials({ blastRadius, cost, risk, rollback }: Dossier): string {
  const { add, modify, replace, remove } = blastRadius.counts;
  const { stateAtRisk } = blastRadius;
  const delta = `${cost.monthlyDelta < 0 ? "−" : "+"}$${Math.abs(cost.monthlyDelta).toFixed(2)}`;
  return [
    `*Changes* ${add} add, ${modify} modify, ${replace} replace, ${remove} remove`,
    `*Data at risk* ${stateAtRisk.length === 0 ? "none" : escaped(stateAtRisk.join(", "))}`,
    `*Cost* ${delta} a month, ${cost.atLeast ? "at least " : ""}$${cost.monthlyAfter.toFixed(2)} in all`,
    `*Risk* ${risk.level} (${risk.score} of 100)`,
    `*Way back* ${escaped(rollback.description)}`,
  ].join("\n");
}

function section(text: string): object {
  return { type: "section", text: { type: "mrkdwn", text: text.slice(0, MOST) } };
}

function plain(text: string): object {
  return { type: "plain_text", text };
}
