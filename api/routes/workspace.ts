import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { requireAccessInAll } from "../../core/identity/access.ts";
import { visibleTo } from "../access.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { BASE, described, failed, json } from "../route.ts";
import { auditReport, health, me, stacksList } from "../schemas.ts";
import { busyStacks } from "../views/stacks.ts";

const TAG = "Workspace";

const healthRoute = createRoute({
  method: "get",
  path: `${BASE}/health`,
  ...described(TAG, "Whether it can work", "nobody"),
  responses: { 200: json(health, "It can."), 503: json(health, "It cannot."), ...failed },
});

const meRoute = createRoute({
  method: "get",
  path: `${BASE}/me`,
  ...described(TAG, "Who you are, and what you may do", "any"),
  responses: { 200: json(me, "You."), ...failed },
});

const stacksRoute = createRoute({
  method: "get",
  path: `${BASE}/stacks`,
  ...described(TAG, "Stacks that are being changed, with who holds them and who waits", "any"),
  responses: { 200: json(stacksList, "Those with open executions."), ...failed },
});

const auditRoute = createRoute({
  method: "get",
  path: `${BASE}/audit`,
  ...described(TAG, "Check the whole record; takes a role in every environment", "everywhere"),
  responses: { 200: json(auditReport, "What was found."), ...failed },
});

export function workspaceRoutes(app: OpenAPIHono<ApiEnv>, ports: ApiPorts): void {
  const { world, simulated, drivenBy, audit } = ports;
  app.openapi(healthRoute, async (c) => {
    const table = await answers(() => world.table.get({ pk: "HEALTH", sk: "HEALTH" }));
    const driven = drivenBy ? drivenBy() !== null : null;
    const status = table && driven !== false ? ("ok" as const) : ("degraded" as const);
    return c.json({ status, table, driven, simulated }, status === "ok" ? 200 : 503);
  });
  app.openapi(meRoute, async (c) => {
    const identity = c.get("identity");
    visibleTo(identity);
    const { caller, grants } = identity;
    return c.json({ principal: caller.principal, grants: grants.map((grant) => ({ ...grant })) }, 200);
  });
  app.openapi(stacksRoute, async (c) =>
    c.json({ stacks: await busyStacks(world, visibleTo(c.get("identity"))) }, 200),
  );
  app.openapi(auditRoute, async (c) => {
    requireAccessInAll(c.get("identity"), "view", ports.environments);
    const found = await audit();
    const faults = found.faults.map((fault) => ({ ...fault }));
    return c.json({ verified: faults.length === 0, ...found, faults }, 200);
  });
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch {
    return false;
  }
}
