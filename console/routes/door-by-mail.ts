import type { Hono } from "hono";
import { findPerson } from "../../core/identity/people.ts";
import { offerSignIn, SessionError, signIn, signInOffered } from "../../core/identity/sessions.ts";
import type { Mailer } from "../../core/mail/mailer.ts";
import { principalOf } from "../../core/principal.ts";
import { ASSETS } from "../assets.ts";
import { door } from "../layout.ts";
import { askForLink, confirmSignIn } from "../pages/sign-in.ts";
import type { ConsolePorts } from "../ports.ts";
import { type ConsoleEnv, fieldsOf, filled, ownPath, requireOwnPage } from "../request.ts";
import { letIn } from "./session-cookie.ts";

const LINK_MINUTES = 15;

/** Signing in by links that work once, sent to the address a person is known by. */
export function mailedLinks(app: Hono<ConsoleEnv>, ports: ConsolePorts, mailer: Mailer): void {
  const { world } = ports;
  app.get("/sign-in", async (c) => {
    const next = ownPath(c.req.query("next"));
    const code = c.req.query("code");
    if (code === undefined) return c.html(door("Sign in", ASSETS, askForLink(next)));
    try {
      const principal = await signInOffered(world.table, code, world.clock.now());
      return c.html(door("Sign in", ASSETS, confirmSignIn(principal, code, next)));
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      return c.html(door("Sign in", ASSETS, askForLink(next, { error: error.message })), 410);
    }
  });
  app.post("/sign-in", async (c) => {
    requireOwnPage(c);
    const fields = await fieldsOf(c);
    const secrets = { cookie: ports.secret(), formToken: ports.secret() };
    await signIn(world.table, fields.get("code") ?? "", secrets, world.clock.now());
    letIn(c, ports, secrets.cookie);
    return c.redirect(ownPath(fields.get("next")), 303);
  });
  app.post("/sign-in/ask", async (c) => {
    requireOwnPage(c);
    const fields = await fieldsOf(c);
    const next = ownPath(fields.get("next"));
    await mailSignIn(ports, mailer, filled(fields, "user") ?? "", next);
    // Whoever asks is not told whether there is such a person.
    const sent = "If we know this name and an address of it, a link is on its way.";
    return c.html(door("Sign in", ASSETS, askForLink(next, { sent })));
  });
}

/** Sends somebody a link that signs them in once, if they are known and have an address. */
export async function mailSignIn(
  ports: Pick<ConsolePorts, "world" | "origin" | "secret">,
  mailer: Mailer,
  name: string,
  next: string,
): Promise<void> {
  const { world, origin } = ports;
  const person = await findPerson(world.table, nameIn(name));
  if (!person?.mail) return;
  const code = ports.secret();
  const now = world.clock.now();
  await offerSignIn(world.table, { principal: person.principal, code, minutes: LINK_MINUTES }, now);
  const link = `${origin}/sign-in?${new URLSearchParams({ code, next })}`;
  const text = `Sign in to Conductor as ${person.principal}:\n\n${link}\n\nThe link works once, for ${LINK_MINUTES} minutes. If you did not ask for it, nothing needs to be done.\n`;
  const html = `<p>Sign in to Conductor as <strong>${person.principal}</strong>:</p><p><a href="${link}">Sign in</a></p><p>The link works once, for ${LINK_MINUTES} minutes. If you did not ask for it, nothing needs to be done.</p>`;
  await mailer.send({
    id: world.newId("mail"),
    to: [person.mail],
    subject: "Sign in to Conductor",
    text,
    html,
  });
}

function nameIn(name: string): string {
  try {
    return principalOf(name);
  } catch {
    return "-";
  }
}
