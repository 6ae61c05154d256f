import type { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as z from "zod";
import { grantText } from "../../core/identity/access.ts";
import { findPerson, savePerson } from "../../core/identity/people.ts";
import { openSession, SessionError } from "../../core/identity/sessions.ts";
import type { Table } from "../../core/table/table.ts";
import { ASSETS } from "../assets.ts";
import { door } from "../layout.ts";
import { notVouchedFor } from "../pages/sign-in.ts";
import type { ConsolePorts, SignInProvider, VouchedFor } from "../ports.ts";
import { type ConsoleEnv, ownPath } from "../request.ts";
import { cookieRules, letIn } from "./session-cookie.ts";

/** What the browser keeps while it is at the provider. */
const COOKIE = "conductor_sign_in";
const PATH = "/sign-in";
const AWAY_SECONDS = 600;
/** Whoever was to be asked again signed in at most so long before, clocks' difference included. */
const FRESH_MS = 120_000;

const keptThere = z.strictObject({ kept: z.string(), next: z.string(), fresh: z.boolean() });

/** Signing in at an identity provider, which tells who somebody is and by its groups what they may do. */
export function vouchedDoor(app: Hono<ConsoleEnv>, ports: ConsolePorts, provider: SignInProvider): void {
  const { world } = ports;
  app.get(PATH, async (c) => {
    const fresh = c.req.query("fresh") !== undefined;
    const { url, kept } = await provider.begin(fresh);
    const keeping = { kept, next: ownPath(c.req.query("next")), fresh };
    const text = Buffer.from(JSON.stringify(keeping)).toString("base64url");
    setCookie(c, COOKIE, text, { ...cookieRules(ports), path: PATH, maxAge: AWAY_SECONDS });
    return c.redirect(url, 303);
  });
  app.get(`${PATH}/back`, async (c) => {
    const keeping = keptIn(getCookie(c, COOKIE));
    deleteCookie(c, COOKIE, { path: PATH });
    const { search } = new URL(c.req.url);
    try {
      if (!keeping) throw refused("this browser has not asked to sign in, or too long ago");
      const now = world.clock.now();
      const person = await provider.finish(new URL(`${PATH}/back${search}`, ports.origin), keeping.kept, now);
      if (keeping.fresh && now.getTime() - person.signIn.at.getTime() > FRESH_MS)
        throw refused("the identity provider let you in without asking again; sign out there first");
      await remember(world.table, person, now);
      const secrets = { cookie: ports.secret(), formToken: ports.secret() };
      const { at, means } = person.signIn;
      const who = { principal: person.principal, signIn: { at: at.toISOString(), means } };
      await openSession(world.table, who, secrets, now);
      letIn(c, ports, secrets.cookie);
      return c.redirect(keeping.next, 303);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      const body = notVouchedFor(error.message, keeping?.next ?? "/", provider.signOutUrl);
      return c.html(door("Sign in", ASSETS, body), 401);
    }
  });
}

function keptIn(cookie: string | undefined): z.output<typeof keptThere> | undefined {
  try {
    const text = Buffer.from(cookie ?? "", "base64url").toString("utf8");
    const { next, ...rest } = keptThere.parse(JSON.parse(text));
    return { ...rest, next: ownPath(next) };
  } catch {
    return undefined;
  }
}

function refused(why: string): SessionError {
  return new SessionError("SignInRefused", `you are not signed in: ${why}`);
}

/** Mails and Slack reach people by what is kept of them here; their roles are the provider's to say, at each sign-in. */
async function remember(table: Table, { principal, grants, mail }: VouchedFor, now: Date): Promise<void> {
  const known = await findPerson(table, principal);
  const texts = (of: VouchedFor["grants"]) => of.map(grantText).toSorted().join();
  if (known && known.mail === mail && texts(known.grants) === texts(grants)) return;
  const { slack } = known ?? {};
  const person = { principal, grants, ...(mail ? { mail } : {}), ...(slack ? { slack } : {}) };
  await savePerson(table, person, "identity-provider", now);
}
