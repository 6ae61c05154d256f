import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { findPerson } from "../../core/identity/people.ts";
import { sessionOf } from "../../core/identity/sessions.ts";
import type { ConsolePorts } from "../ports.ts";
import type { ConsoleEnv } from "../request.ts";

const COOKIE = "conductor_session";
const SECONDS = 12 * 3_600;

export function cookieRules({ origin }: Pick<ConsolePorts, "origin">) {
  return { httpOnly: true, sameSite: "Lax", secure: origin.startsWith("https:") } as const;
}

/** Gives the browser what its session is known by, out of any script's reach. */
export function letIn(c: Context, ports: Pick<ConsolePorts, "origin">, cookie: string): void {
  setCookie(c, COOKIE, cookie, { ...cookieRules(ports), path: "/", maxAge: SECONDS });
}

export function letOut(c: Context): void {
  deleteCookie(c, COOKIE, { path: "/" });
}

/** Finds who is there, if they have a session. What they may do is read anew each time. */
export function withSession({ world }: ConsolePorts) {
  return createMiddleware<ConsoleEnv>(async (c, next) => {
    const cookie = getCookie(c, COOKIE) ?? "";
    const session = cookie && (await sessionOf(world.table, cookie, world.clock.now()));
    const person = session && (await findPerson(world.table, session.principal));
    if (session && person) {
      c.set("session", session);
      c.set("person", person);
      c.set("cookie", cookie);
    }
    await next();
  });
}
