import type { Hono } from "hono";
import { html } from "hono/html";
import { type ApprovalLink, endLink, LinkError, openLink, requireFresh } from "../../core/approval/link.ts";
import { gateById } from "../../core/gate/gates.ts";
import { ASSETS } from "../assets.ts";
import { door } from "../layout.ts";
import { linkOfAnother } from "../pages/sign-in.ts";
import type { ConsolePorts } from "../ports.ts";
import {
  type ConsoleContext,
  type ConsoleEnv,
  fieldsOf,
  requireOwnForm,
  requireOwnPage,
} from "../request.ts";
import type { Show } from "../show.ts";
import { mailSignIn } from "./door-by-mail.ts";
import { decideByForm, showDecision } from "./gates.ts";
import { withSession } from "./session-cookie.ts";

/** Deciding by the link of a mail: opening it shows, its form decides, and it never says by itself who you are. */
export function approvalPages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const { world } = ports;
  const opened = (c: ConsoleContext) =>
    openLink(ports.linkKey, c.req.param("token") ?? "", world.clock.now());
  app.use("/approve/*", withSession(ports));
  app.get("/approve/:token", async (c) => {
    const link = opened(c);
    await requireFresh(world.table, link);
    if (!isFor(link, c)) {
      const who = { signedIn: signedIn(c), vouched: "provider" in ports.door };
      return c.html(door("A decision", ASSETS, linkOfAnother(link, c.req.path, who)));
    }
    const gate = await gateById(world.table, link.gateId);
    return await showDecision(c, ports, show, { gate, action: c.req.path });
  });
  app.post("/approve/:token", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const link = opened(c);
    await requireFresh(world.table, link);
    if (!isFor(link, c)) {
      throw new LinkError(
        "LinkOfAnother",
        `this link is for ${link.approver}: sign in as them, or decide at your own gates`,
      );
    }
    const gate = await gateById(world.table, link.gateId);
    // What the mail was about, whatever the form says.
    fields.set("digest", link.digest);
    const by = { by: link.approver, now: world.clock.now() };
    const onDecided = () => endLink(world.table, link, "used", by);
    return await decideByForm(c, ports, show, { gate, fields, action: c.req.path, via: "mail", onDecided });
  });
  linkToSignIn(app, ports, opened);
  app.post("/approve/:token/revoke", async (c) => {
    requireOwnPage(c);
    const link = opened(c);
    await endLink(world.table, link, "revoked", {
      by: signedIn(c) ?? "whoever held it",
      now: world.clock.now(),
    });
    return c.html(
      door(
        "Taken back",
        ASSETS,
        html`<h1>This link is good for nothing any more</h1><p class="muted">The gate itself stays open for others.</p>`,
      ),
    );
  });
}

/** Whoever holds a link may have its approver sent one to sign in with; at an identity provider they sign in by themselves. */
function linkToSignIn(
  app: Hono<ConsoleEnv>,
  ports: ConsolePorts,
  opened: (c: ConsoleContext) => ApprovalLink,
): void {
  if (!("mailer" in ports.door)) return;
  const { mailer } = ports.door;
  app.post("/approve/:token/sign-in", async (c) => {
    requireOwnPage(c);
    const { approver } = opened(c);
    await mailSignIn(ports, mailer, approver, `/approve/${c.req.param("token")}`);
    const sent = html`<h1>On its way</h1><p class="muted">A link to sign in was sent to the address of ${approver}.</p>${ports.outbox ? html`<p><a class="button" href="/outbox">Open the outbox</a></p>` : html``}`;
    return c.html(door("Sign in", ASSETS, sent));
  });
}

function signedIn(c: ConsoleContext): string | undefined {
  return c.get("person")?.principal;
}

function isFor({ approver }: ApprovalLink, c: ConsoleContext): boolean {
  return signedIn(c) === approver;
}
