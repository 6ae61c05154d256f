import { html } from "hono/html";
import type { Person } from "../core/identity/people.ts";
import type { Session } from "../core/identity/sessions.ts";
import { type Html, nothing } from "./parts/html.ts";
import { type Icon, icon, mark } from "./parts/icons.ts";

/** Who looks at a page, and what every page tells them. */
export interface Viewer {
  readonly person: Person;
  readonly session: Session;
  /** Gates that wait for them. */
  readonly waiting: number;
  readonly simulated: boolean;
  /** Entries of the menu that are not theirs to open. */
  readonly closed: readonly Icon[];
  readonly now: Date;
}

export interface Page {
  readonly title: string;
  /** The entry of the menu it belongs to. */
  readonly at?: Icon;
  readonly body: Html;
  /** Looked at again every few seconds. */
  readonly live?: boolean;
}

const MENU: readonly (readonly [Icon, string, string])[] = [
  ["overview", "/", "Overview"],
  ["executions", "/executions", "Executions"],
  ["gates", "/gates", "Gates"],
  ["stacks", "/stacks", "Stacks"],
  ["audit", "/audit", "Audit"],
  ["outbox", "/outbox", "Outbox"],
  ["settings", "/settings", "Settings"],
];

export function document(title: string, assets: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · Conductor</title>
<link rel="icon" href="${assets}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/console.css">
<script src="${assets}/live.js" defer></script>
</head>
<body>${body}</body>
</html>`;
}

export function framed(viewer: Viewer, { title, at, body, live = false }: Page, assets: string): Html {
  return document(
    title,
    assets,
    html`<a class="skip" href="#content">Skip to content</a>
<div class="frame">
${side(viewer, at)}
<main id="content"><div class="page"${live ? html` data-live` : nothing} id="page">${body}</div></main>
</div>`,
  );
}

function side(viewer: Viewer, at: Icon | undefined): Html {
  const { person, session, simulated } = viewer;
  return html`<header class="side">
<a class="brand" href="/">${mark()} Conductor</a>
<nav aria-label="Main"><ul id="menu"${html` data-live`}>${MENU.map((entry) => menuItem(viewer, entry, at))}</ul></nav>
<div class="foot">
${simulated ? html`<span class="simulated" title="Nothing here is real">Simulated account</span>` : nothing}
<span>Signed in as <strong>${person.principal}</strong></span>
<form method="post" action="/sign-out">${formToken(session)}<button class="quiet">Sign out</button></form>
</div>
</header>`;
}

function menuItem(
  { waiting, closed }: Viewer,
  [name, href, text]: (typeof MENU)[number],
  at: Icon | undefined,
): Html {
  if (closed.includes(name)) return nothing;
  const counted =
    name === "gates" && waiting > 0
      ? html`<span class="count">${waiting}<span class="visually-hidden"> waiting for you</span></span>`
      : nothing;
  const current = name === at ? html` aria-current="page"` : nothing;
  return html`<li><a href="${href}"${current}>${icon(name)}${text}${counted}</a></li>`;
}

/** What proves that a form is one of ours, for this session. */
export function formToken({ formToken: token }: Pick<Session, "formToken">): Html {
  return html`<input type="hidden" name="form_token" value="${token}">`;
}

/** A page outside the frame: to sign in, or to say that something is not there. */
export function door(title: string, assets: string, body: Html): Html {
  return document(
    title,
    assets,
    html`<div class="door"><main class="card"><span class="brand">${mark()} Conductor</span>${body}</main></div>`,
  );
}
