import { Hono } from "hono";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import { problemOf } from "../api/problem.ts";
import { RateLimit } from "../api/rate-limit.ts";
import { ASSETS, assetRoutes } from "./assets.ts";
import { door } from "./layout.ts";
import type { ConsolePorts } from "./ports.ts";
import type { ConsoleEnv } from "./request.ts";
import { approvalPages } from "./routes/approve.ts";
import { auditPages } from "./routes/audit.ts";
import { doorRoutes, requireSession, signOutRoute } from "./routes/door.ts";
import { executionPages } from "./routes/executions.ts";
import { gatePages, reviewRoute } from "./routes/gates.ts";
import { withSession } from "./routes/session-cookie.ts";
import { settingsPages } from "./routes/settings.ts";
import { workspacePages } from "./routes/workspace.ts";
import { showFor } from "./show.ts";

/** Tries to sign in, of everybody together: codes cannot be guessed, but mails can be asked for without end. */
const DOOR = { burst: 30, perSecond: 0.5 };

const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";

/** The web pages, rendered here and usable without any script. */
export function createConsole(ports: ConsolePorts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.use("/executions/:id/artifacts/:name/raw", async (c, next) => {
    await next();
    // Somebody's file opened by itself is no page of ours: nothing in it runs, or is sent anywhere.
    c.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  });
  app.use("/outbox/:position/html", async (c, next) => {
    await next();
    // A mail shows itself within our page, runs nothing, loads nothing, and a click on its links leaves the frame.
    c.header("content-security-policy", MAIL_POLICY);
    c.header("x-frame-options", "SAMEORIGIN");
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'", ...leavingBy(ports)],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      referrerPolicy: "no-referrer",
      xFrameOptions: "DENY",
      // Browsers complain where pages with frames of no origin ask for it, and nobody here sets `document.domain`.
      originAgentCluster: false,
      // A machine's own address has no certificate; a proxy that has one says so itself.
      strictTransportSecurity: ports.origin.startsWith("https:"),
    }),
  );
  assetRoutes(app as unknown as Hono);
  app.use(async (c, next) => {
    c.header("cache-control", "private, no-store");
    await next();
  });
  const limit = new RateLimit(DOOR, ports.world.clock);
  for (const path of ["/sign-in/*", "/approve/:token/sign-in"])
    app.use(path, async (c, next) => {
      if (c.req.method === "POST") limit.take("door");
      await next();
    });
  doorRoutes(app, ports);
  const show = showFor(ports);
  approvalPages(app, ports, show);
  app.use(withSession(ports), requireSession);
  signOutRoute(app, ports);
  workspacePages(app, ports, show);
  executionPages(app, ports, show);
  gatePages(app, ports, show);
  reviewRoute(app, ports);
  auditPages(app, ports, show);
  settingsPages(app, ports, show);
  app.notFound((c) => c.html(door("Not found", ASSETS, said("There is nothing here", c.req.path)), 404));
  app.onError((error, c) => {
    const { method, path } = c.req;
    const problem = problemOf(error, path);
    if (problem.status === 500) ports.onError(error, { method, path });
    return c.html(door(problem.title, ASSETS, said(problem.title, problem.detail)), problem.status as 400);
  });
  return app;
}

/** Signing out is a form, and browsers ask this policy also where its answer leads. */
function leavingBy({ door }: ConsolePorts): string[] {
  return "provider" in door ? [new URL(door.provider.signOutUrl).origin] : [];
}

function said(title: string, detail: string) {
  return html`<h1>${title}</h1><p class="muted">${detail}</p><p><a class="button" href="/">Overview</a></p>`;
}
