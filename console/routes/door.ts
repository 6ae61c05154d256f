import type { Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { signOut } from "../../core/identity/sessions.ts";
import type { ConsolePorts } from "../ports.ts";
import { type ConsoleEnv, fieldsOf, requireOwnForm } from "../request.ts";
import { mailedLinks } from "./door-by-mail.ts";
import { vouchedDoor } from "./door-by-provider.ts";
import { letOut } from "./session-cookie.ts";

/** Signing in: by links sent to the address a person is known by, or at an identity provider. */
export function doorRoutes(app: Hono<ConsoleEnv>, ports: ConsolePorts): void {
  const { door } = ports;
  if ("provider" in door) vouchedDoor(app, ports, door.provider);
  else mailedLinks(app, ports, door.mailer);
}

/** Lets who has a session on, and sends everybody else to the door. */
export const requireSession = createMiddleware<ConsoleEnv>(async (c, next) => {
  if (c.get("person")) return await next();
  const back = c.req.method === "GET" ? `?${new URLSearchParams({ next: pathOf(c) })}` : "";
  return c.redirect(`/sign-in${back}`, 303);
});

function pathOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

export function signOutRoute(app: Hono<ConsoleEnv>, { world, door }: ConsolePorts): void {
  app.post("/sign-out", async (c) => {
    requireOwnForm(c, await fieldsOf(c));
    await signOut(world.table, c.get("cookie"));
    letOut(c);
    return c.redirect("provider" in door ? door.provider.signOutUrl : "/sign-in", 303);
  });
}
