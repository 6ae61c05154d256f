import { html } from "hono/html";
import type { NoticeKind } from "../../core/approval/notices.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { conditionSentence } from "../../core/gate/conditions.ts";
import { isCritical } from "../../core/gate/critical.ts";
import { conditionsOf, type Gate } from "../../core/gate/gate.ts";
import type { Mail } from "../../core/mail/mailer.ts";
import { minuteText } from "../../core/minute-text.ts";

export interface ApprovalMail {
  readonly kind: NoticeKind;
  readonly gate: Gate;
  /** Absent at a gate that asks something lesser. */
  readonly dossier?: Dossier | undefined;
  readonly to: { readonly principal: string; readonly mail: string };
  readonly link: string;
}

const OPENINGS: Readonly<Record<NoticeKind, string>> = {
  ask: "Your decision is needed",
  remind: "Reminder: your decision is still needed",
  escalate: "Escalated to you: nobody has decided yet",
};

/** The dossier's essentials and the way to decide, for one approver. */
export function approvalMail(mail: ApprovalMail): Mail {
  const { kind, gate, to } = mail;
  return {
    id: `${gate.id}-${kind}-${to.principal}`,
    to: [to.mail],
    subject: `${OPENINGS[kind]}: ${gate.subject}`,
    text: textOf(mail),
    html: String(htmlOf(mail)),
  };
}

function factsOf({ gate, dossier }: ApprovalMail): readonly (readonly [string, string])[] {
  const { environment, stack, requestedBy, requiredApprovals, votes, expiresAt, digest } = gate;
  const essentials: (readonly [string, string])[] = dossier ? essentialsOf(dossier) : [];
  const only = conditionsOf([gate]).map(conditionSentence);
  return [
    ["Stack", `${stack} in ${environment}`],
    ["Asked for by", requestedBy],
    ...essentials,
    ["Approvals", `${votes.length} of ${requiredApprovals} so far`],
    ...(only.length > 0 ? [["Applied only if", only.join("; ")] as const] : []),
    ["Closes by itself", minuteText(expiresAt)],
    ["Digest", digest],
  ];
}

function essentialsOf({ why, blastRadius, cost, risk, rollback }: Dossier): (readonly [string, string])[] {
  const { add, modify, replace, remove } = blastRadius.counts;
  const { stateAtRisk } = blastRadius;
  const delta = `${cost.monthlyDelta < 0 ? "-" : "+"}$${Math.abs(cost.monthlyDelta).toFixed(2)}`;
  const after = `${cost.atLeast ? "at least " : ""}$${cost.monthlyAfter.toFixed(2)}`;
  return [
    ["Why", why],
    ["Changes", `${add} add, ${modify} modify, ${replace} replace, ${remove} remove`],
    ["Data at risk", stateAtRisk.length === 0 ? "none" : stateAtRisk.join(", ")],
    ["Cost a month", `${delta}: $${cost.monthlyBefore.toFixed(2)} to ${after}`],
    ["Risk", `${risk.level} (${risk.score} of 100)`],
    ["Way back", rollback.description],
  ];
}

/** What is said below the link: why it can be passed on without harm. */
function footing({ gate, to }: ApprovalMail): string {
  const code = isCritical(gate) ? " The gate is critical: a decision takes a one-time code." : "";
  return `The link is for ${to.principal} alone, works for one decision, and asks who you are. Opening it decides nothing.${code}`;
}

function textOf(mail: ApprovalMail): string {
  const facts = factsOf(mail).map(([name, value]) => `${`${name}:`.padEnd(18)}${value}`);
  return [mail.gate.subject, "", ...facts, "", "Read and decide:", mail.link, "", footing(mail), ""].join(
    "\n",
  );
}

function htmlOf(mail: ApprovalMail) {
  const row = ([name, value]: readonly [string, string]) =>
    html`<tr><td style="padding:4px 16px 4px 0;color:#5b6370;vertical-align:top;white-space:nowrap">${name}</td><td style="padding:4px 0;word-break:break-word">${value}</td></tr>`;
  return html`<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f4f5f7;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#16191f">
<div style="max-width:600px;margin:0 auto;background:#fff;border:1px solid #e4e6ea;border-radius:10px;padding:24px">
<p style="margin:0 0 4px;color:#5b6370">${OPENINGS[mail.kind]}</p><h1 style="margin:0 0 16px;font-size:20px">${mail.gate.subject}</h1>
<table style="border-collapse:collapse;font-size:14px">${factsOf(mail).map(row)}</table>
<p style="margin:20px 0"><a href="${mail.link}" style="background:#3b5bdb;color:#fff;padding:10px 18px;border-radius:8px;text-decoration:none;font-weight:600">Read and decide</a></p>
<p style="margin:0;color:#5b6370;font-size:13px">${footing(mail)}</p></div></body></html>`;
}
