import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { type Execution, OUTCOMES } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { executionFor, visibleTo } from "../access.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { BASE, described, executionId, failed, json, paging } from "../route.ts";
import { executionProgress, executionState, executionsPage, gatesPage, resourceUsage } from "../schemas.ts";
import { progressOf, stateOf, summaryOf, usageOf } from "../views/executions.ts";
import { filtered } from "../views/filtered.ts";
import { gateOf } from "../views/gates.ts";

const TAG = "Executions";
const ONE = `${BASE}/execution/{id}`;

const filters = paging.extend({
  status: z.enum(["pending", "running", "paused", "completed", "failed"]).optional(),
  pipeline: z.literal("change").optional(),
  environment: environment.optional(),
  stack: z.string().max(128).optional(),
  requestedBy: z.string().max(128).optional(),
  outcome: z.enum(OUTCOMES as [string, ...string[]]).optional(),
});

const listRoute = createRoute({
  method: "get",
  path: `${BASE}/executions`,
  ...described(TAG, "Executions, newest first", "any"),
  request: { query: filters },
  responses: { 200: json(executionsPage, "A page of them."), ...failed },
});

const progressRoute = createRoute({
  method: "get",
  path: ONE,
  ...described(TAG, "How an execution stands", "view"),
  request: { params: executionId },
  responses: { 200: json(executionProgress, "Its progress."), ...failed },
});

const stateRoute = createRoute({
  method: "get",
  path: `${ONE}/state`,
  ...described(TAG, "An execution's stages, gates and errors", "view"),
  request: { params: executionId },
  responses: { 200: json(executionState, "Its state."), ...failed },
});

const usageRoute = createRoute({
  method: "get",
  path: `${ONE}/resources`,
  ...described(TAG, "What an execution has spent and has left", "view"),
  request: { params: executionId },
  responses: { 200: json(resourceUsage, "Its budgets."), ...failed },
});

const gatesRoute = createRoute({
  method: "get",
  path: `${ONE}/gates`,
  ...described(TAG, "The gates of an execution", "view"),
  request: { params: executionId },
  responses: { 200: json(gatesPage, "All of them."), ...failed },
});

type Wanted = Omit<z.output<typeof filters>, "limit" | "cursor" | "status">;

export function executionRoutes(app: OpenAPIHono<ApiEnv>, { world }: ApiPorts): void {
  const { table, clock } = world;
  app.openapi(listRoute, async (c) => {
    const visible = visibleTo(c.get("identity"));
    const { limit, cursor, status, ...wanted } = c.req.valid("query");
    const page = await filtered(limit, cursor, async (size, from) => {
      const { executions, cursor: next } = await list(table, { limit: size, cursor: from, status });
      const found = executions.filter((one) => visible.includes(one.environment) && matches(one, wanted));
      return { found, next };
    });
    return c.json({ executions: page.found.map(summaryOf), cursor: page.cursor }, 200);
  });
  app.openapi(progressRoute, async (c) => {
    const execution = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    return c.json(progressOf(execution, await ofExecution(table, execution.id)), 200);
  });
  app.openapi(stateRoute, async (c) => {
    const execution = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    return c.json(stateOf(execution, await ofExecution(table, execution.id), clock.now()), 200);
  });
  app.openapi(usageRoute, async (c) => {
    const execution = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    return c.json(await usageOf(world, execution), 200);
  });
  app.openapi(gatesRoute, async (c) => {
    const { id } = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    const gates = (await ofExecution(table, id)).map((gate) => gateOf(gate, clock.now()));
    return c.json({ gates, cursor: null }, 200);
  });
}

function matches(execution: Execution, wanted: Wanted): boolean {
  const fields = execution as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, value]) => value === undefined || fields[name] === value);
}
