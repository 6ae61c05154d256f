import { html } from "hono/html";
import type { BrokenGlass } from "../../core/gate/break-glass.ts";
import { isCritical } from "../../core/gate/critical.ts";
import { type Gate, lapse } from "../../core/gate/gate.ts";
import { type Identity, may } from "../../core/identity/access.ts";
import type { Session } from "../../core/identity/sessions.ts";
import { FRESH_MINUTES } from "../../core/identity/step-up.ts";
import { minuteText } from "../../core/minute-text.ts";
import { formToken } from "../layout.ts";
import { conditionFields } from "../parts/condition-fields.ts";
import { type Html, nothing } from "../parts/html.ts";

export interface FormNeeds {
  readonly gate: Gate;
  readonly identity: Identity;
  readonly session: Session;
  readonly proof: Proof;
  /** What was entered in the form before it was refused. */
  readonly entered?: URLSearchParams | undefined;
  /** It approves a change, which conditions can narrow. */
  readonly narrowable: boolean;
  readonly action: string;
  readonly now: Date;
}

/** How somebody shows at a critical gate that it is them: by a code, or by having signed in just now. */
export type Proof =
  | { readonly by: "code"; readonly enrolled: boolean }
  | { readonly by: "sign-in"; readonly fresh: boolean };

/** The form to decide with, or why this person cannot. */
export function decisionForm(needs: FormNeeds): Html {
  const why = whyNot(needs);
  if (why !== undefined) return html`<section class="card"><p class="muted">${why}</p></section>`;
  const { gate, session, entered, narrowable, action } = needs;
  return html`<section class="card"><h2>Your decision</h2>
<form method="post" action="${action}" class="fields">${formToken(session)}<input type="hidden" name="digest" value="${gate.digest}">
<label>Notes <span class="hint">Needed to reject. Whoever asked reads them, and they stay in the record.</span>
<textarea name="notes" maxlength="4000">${entered?.get("notes") ?? ""}</textarea></label>
${narrowable ? conditionFields(entered) : nothing}
${isCritical(gate) ? proofField(needs) : nothing}
<div class="buttons"><button class="primary" name="decision" value="approve">Approve</button><button class="danger" name="decision" value="reject">Reject</button></div>
<p class="muted small">You decide on digest <code>${gate.digest.slice(0, 12)}</code> and on nothing else.</p></form></section>${emergencyForm(needs)}`;
}

/** For who may approve alone in an emergency. */
function emergencyForm(needs: FormNeeds): Html {
  const { gate, identity, session, proof, action } = needs;
  const useful = gate.requiredApprovals > 1 || gate.type !== "human_approval";
  if (
    !useful ||
    (proof.by === "code" && !proof.enrolled) ||
    !action.startsWith("/gates/") ||
    !may(identity, "break-glass", gate.environment)
  )
    return nothing;
  return html`<section class="card"><details id="emergency"><summary>Emergency: approve without the others</summary>
<form method="post" action="${action}" class="fields">${formToken(session)}<input type="hidden" name="digest" value="${gate.digest}"><input type="hidden" name="break_glass" value="1">
<p class="muted small">Everybody is told, it stays in the record for ever, and somebody else reviews it within 24 hours. No law of production is lifted by it.</p>
<label>What the emergency is<textarea name="notes" maxlength="4000" required></textarea></label>${proofField(needs)}
<button class="danger" name="decision" value="approve">Break the glass</button></form></details></section>`;
}

/** For a second person, once somebody has approved alone. */
export function reviewForm(glass: BrokenGlass, identity: Identity, session: Session): Html {
  const who = identity.caller.principal;
  const own = who === glass.by || who === glass.requestedBy || !may(identity, "decide", glass.environment);
  const form = html`<form method="post" action="/gates/${glass.gateId}/review" class="fields">${formToken(session)}
<label>What you found<textarea name="notes" maxlength="4000" required></textarea></label><button class="primary">Reviewed</button></form>`;
  return html`<section class="card"><h2>Broken glass</h2><p class="note bad">${glass.by} approved alone: ${glass.reason}</p>
<p class="muted small">To be reviewed by ${minuteText(glass.reviewBy)}.</p>${own ? nothing : form}</section>`;
}

/** What somebody shows with their decision; nothing where they have just signed in. */
function proofField({ proof, action }: FormNeeds): Html {
  if (proof.by === "sign-in") return proof.fresh ? nothing : html`<p>${signInAgain(action)}</p>`;
  return html`<label>One-time code <span class="hint">From your authenticator app.</span>
<input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required></label>`;
}

function signInAgain(next: string): Html {
  return html`<a href="/sign-in?${new URLSearchParams({ fresh: "1", next })}">Sign in again</a> and decide within ${FRESH_MINUTES} minutes.`;
}

function whyNot({ gate: stored, identity, proof, action, now }: FormNeeds): Html | undefined {
  const gate = lapse(stored, now);
  const who = identity.caller.principal;
  if (gate.status !== "open") return html`This gate is ${gate.status}; nothing is left to decide.`;
  if (gate.requestedBy === who) return html`You asked for this change, so somebody else decides.`;
  if (!may(identity, "decide", gate.environment))
    return html`Deciding in ${gate.environment} takes the role approver or admin there.`;
  if (gate.votes.some(({ by }) => by === who)) return html`You have decided here; a decision counts once.`;
  if (!isCritical(gate)) return undefined;
  if (proof.by === "code" && !proof.enrolled)
    return html`This gate is critical. <a href="/settings">Enrol an authenticator app</a> first.`;
  if (proof.by === "sign-in" && !proof.fresh) return html`This gate is critical. ${signInAgain(action)}`;
  return undefined;
}
