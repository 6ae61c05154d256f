import { html, raw } from "hono/html";
import { renderSVG } from "uqr";
import { grantText } from "../../core/identity/access.ts";
import type { Person } from "../../core/identity/people.ts";
import type { Session } from "../../core/identity/sessions.ts";
import { formToken } from "../layout.ts";
import { type Html, nothing } from "../parts/html.ts";

export interface SettingsView {
  readonly person: Person;
  readonly people: readonly Person[];
  readonly session: Session;
  /** `absent` where codes are somebody else's business. */
  readonly codes: "enrolled" | "none" | "absent";
  readonly proposal?: { readonly uri: string; readonly secret: string } | undefined;
  /** They may say what others may do. */
  readonly mayManage: boolean;
  /** An identity provider says who people are and what they may do. */
  readonly vouched: boolean;
  readonly said?: Html | undefined;
}

export function settingsPage(view: SettingsView): Html {
  const { person, said } = view;
  const roles = person.grants.map(grantText).join(", ");
  return html`<div class="head"><div><h1>Settings</h1></div></div>${said ?? nothing}
<div class="grid"><div class="span-5 stack"><section class="card"><h2>You</h2><dl class="facts"><dt>Name</dt><dd>${person.principal}</dd><dt>Roles</dt><dd>${roles || "none"}</dd><dt>Mail</dt><dd>${person.mail ?? "none"}</dd><dt>Slack</dt><dd>${person.slack ?? "none"}</dd></dl></section>${codesCard(view)}</div>
<div class="span-7 stack">${peopleCard(view)}</div></div>`;
}

function codesCard({ codes, proposal, session }: SettingsView): Html {
  if (codes === "absent") return nothing;
  const state =
    codes === "enrolled"
      ? "Your authenticator app is enrolled."
      : "You have none yet; critical gates ask for its codes.";
  return html`<section class="card"><h2>Authenticator app</h2><p class="muted">${state}</p>${proposal ? enrolForm(proposal, session) : html`<form method="post" action="/settings/codes">${formToken(session)}<button>${codes === "enrolled" ? "Replace it" : "Enrol"}</button></form>`}</section>`;
}

function enrolForm({ uri, secret }: { uri: string; secret: string }, session: Session): Html {
  return html`<div class="qr" role="img" aria-label="QR code for your authenticator app">${raw(renderSVG(uri, { border: 1 }))}</div>
<p class="small">Scan it, or enter <code>${secret}</code>.</p>
<form method="post" action="/settings/codes/confirm" class="fields">${formToken(session)}<label>The code it shows<input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required></label><button class="primary">Confirm</button></form>`;
}

function peopleCard({ people, mayManage, vouched, session }: SettingsView): Html {
  const row = ({ principal, grants, mail }: Person) =>
    html`<tr><td><strong>${principal}</strong><div class="muted small">${mail ?? ""}</div></td><td class="small">${grants.map(grantText).join(", ") || "none"}</td></tr>`;
  return html`<section class="card flush"><header><h2>People</h2></header><div class="scroll" tabindex="0"><table><thead><tr><th>Name</th><th>Roles</th></tr></thead><tbody>${people.map(row)}</tbody></table></div></section>
${mayManage ? (vouched ? slackForm(session) : personForm(session)) : nothing}`;
}

/** Names, roles and addresses come from the identity provider. */
function slackForm(session: Session): Html {
  return html`<section class="card"><h2>Somebody’s Slack user</h2><form method="post" action="/settings/people" class="fields">${formToken(session)}
<label>Name <span class="hint">Of somebody who has signed in. Roles are groups of the identity provider, as of their last sign-in.</span><input name="principal" required maxlength="128" autocomplete="off"></label>
<label>Slack user id<input name="slack" autocomplete="off" placeholder="U012AB3CD"></label><div><button>Save</button></div></form></section>`;
}

function personForm(session: Session): Html {
  return html`<section class="card"><h2>Add or change somebody</h2><form method="post" action="/settings/people" class="fields">${formToken(session)}
<label>Name<input name="principal" required maxlength="128" autocomplete="off"></label>
<label>Roles <span class="hint">viewer, operator, approver or admin, each for dev, sit or prod: <code>approver:dev, viewer:prod</code>. Empty takes all away.</span><input name="grants" autocomplete="off"></label>
<label>Mail<input name="mail" type="email" autocomplete="off"></label>
<label>Slack user id<input name="slack" autocomplete="off" placeholder="U012AB3CD"></label><div><button>Save</button></div></form></section>`;
}
