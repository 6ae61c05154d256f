import { html } from "hono/html";
import type { ApprovalLink } from "../../core/approval/link.ts";
import { type Html, nothing } from "../parts/html.ts";

/** Asks before a link is used up: whoever only looks at it (a mail scanner does) uses up nothing. */
export function confirmSignIn(principal: string, code: string, next: string): Html {
  return html`<h1>Sign in as ${principal}</h1>
<p class="muted">This link works once.</p>
<form method="post" action="/sign-in"><input type="hidden" name="code" value="${code}"><input type="hidden" name="next" value="${next}">
<button class="primary">Sign in</button></form>`;
}

export function askForLink(
  next: string,
  said: { readonly error?: string; readonly sent?: string } = {},
): Html {
  return html`<h1>Sign in</h1>
${said.error === undefined ? nothing : html`<p class="note bad" role="alert">${said.error}</p>`}
${said.sent === undefined ? nothing : html`<p class="note good" role="status">${said.sent}</p>`}
<p class="muted">A link that works once is sent to the address we know of you. On one machine it lands in the outbox, and <code>npm start</code> prints one for its owner.</p>
<form method="post" action="/sign-in/ask" class="fields"><input type="hidden" name="next" value="${next}">
<label>User name <input name="user" autocomplete="username" required maxlength="128" autofocus></label>
<button class="primary">Send me a link</button></form>`;
}

/** Somebody came back from the identity provider, and is not let in. */
export function notVouchedFor(why: string, next: string, signOutUrl: string): Html {
  return html`<h1>Not signed in</h1><p class="note bad" role="alert">${why}</p>
<p><a class="button" href="/sign-in?${new URLSearchParams({ next })}">Sign in again</a> <a class="button" href="${signOutUrl}">Sign out at the identity provider</a></p>`;
}

/** A link in other hands: it tells whose it is and nothing of what it is about. */
export function linkOfAnother(
  { approver }: ApprovalLink,
  path: string,
  { signedIn, vouched }: { readonly signedIn: string | undefined; readonly vouched: boolean },
): Html {
  const now =
    signedIn === undefined
      ? "You are not signed in."
      : html`You are signed in as <strong>${signedIn}</strong>.`;
  return html`<h1>A decision for ${approver}</h1>
<p class="muted">${now} A link decides nothing by itself: sign in as ${approver} to read and decide.</p>
${vouched ? html`<p><a class="button primary" href="/sign-in?${new URLSearchParams({ fresh: "1", next: path })}">Sign in as ${approver}</a></p>` : html`<form method="post" action="${path}/sign-in"><button class="primary">Send ${approver} a link to sign in</button></form>`}
<form method="post" action="${path}/revoke"><button class="quiet">This link came into wrong hands: take it back</button></form>`;
}
