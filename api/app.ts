import { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { describeIssues, InputError } from "../core/artifacts/parse.ts";
import { TokenError } from "../core/identity/tokens.ts";
import { authenticate } from "./access.ts";
import { bounded } from "./body.ts";
import { idempotent } from "./idempotent.ts";
import type { ApiEnv, ApiPorts, Rates } from "./ports.ts";
import { ApiError, problemOf } from "./problem.ts";
import { RateLimit } from "./rate-limit.ts";
import { BASE } from "./route.ts";
import { executionRoutes } from "./routes/executions.ts";
import { gateRoutes } from "./routes/gates.ts";
import { pipelineRoutes } from "./routes/pipeline.ts";
import { recordRoutes } from "./routes/records.ts";
import { steeringRoutes } from "./routes/steering.ts";
import { workspaceRoutes } from "./routes/workspace.ts";

/** Enough for a busy console and its scripts, and an end to whoever loops. */
const RATES: Rates = {
  reads: { burst: 2_000, perSecond: 1_000 },
  writes: { burst: 60, perSecond: 10 },
  strangers: { burst: 30, perSecond: 1 },
};

const OPEN = new Set([`${BASE}/health`]);

/** The HTTP API, wherever it runs: on one machine's port, or behind API Gateway. */
export function createApi(ports: ApiPorts): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (parsed) => {
      if (parsed.success === true) return;
      const where = WHERE[parsed.target] ?? parsed.target;
      throw new InputError("InvalidInput", `${where}: ${describeIssues(parsed.error)}`);
    },
  });
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }));
  guard(app, ports);
  pipelineRoutes(app, ports);
  executionRoutes(app, ports);
  steeringRoutes(app, ports);
  gateRoutes(app, ports);
  recordRoutes(app, ports);
  workspaceRoutes(app, ports);
  describe(app);
  app.notFound((c) => {
    throw new ApiError(
      "NotFound",
      `there is nothing at ${c.req.path.slice(0, 200)}: /openapi.json lists what there is`,
    );
  });
  app.onError((error, c) => {
    const known = translated(error);
    const { method, path } = c.req;
    const problem = problemOf(known, path);
    if (problem.status === 500) ports.onError(error, { method, path });
    if (known instanceof TokenError) c.header("www-authenticate", challengeOf(known));
    c.header("cache-control", "no-store");
    return c.body(JSON.stringify(problem), problem.status as 500, {
      "content-type": "application/problem+json",
    });
  });
  return app;
}

const WHERE: Readonly<Record<string, string>> = {
  json: "the body",
  param: "the path",
  header: "the headers",
};

/** What stands before every route: who it is, how often, how much, and whether it came before. */
function guard(app: OpenAPIHono<ApiEnv>, ports: ApiPorts): void {
  const { reads, writes, strangers } = { ...RATES, ...ports.rates };
  const { clock } = ports.world;
  const limits = { reads: new RateLimit(reads, clock), writes: new RateLimit(writes, clock) };
  const known = authenticate(ports, new RateLimit(strangers, clock));
  app.use(`${BASE}/*`, async (c, next) => (OPEN.has(c.req.path) ? await next() : await known(c, next)));
  app.use(`${BASE}/*`, async (c, next) => {
    const reading = c.req.method === "GET" || c.req.method === "HEAD";
    const who = c.get("identity")?.caller.principal;
    if (who !== undefined) (reading ? limits.reads : limits.writes).take(who);
    c.header("cache-control", "private, no-cache");
    await next();
  });
  app.use(`${BASE}/*`, bounded);
  app.use(`${BASE}/*`, idempotent(ports));
  app.get(`${BASE}/*`, etag());
}

function describe(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  let document: object | undefined;
  app.get("/openapi.json", (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Conductor",
        version: "0.1.0",
        description: "Changes of AWS infrastructure by agents, decided by people.",
        license: { name: "Apache-2.0" },
      },
    });
    return c.json(document);
  });
}

/** The router's own refusals under names of ours. */
function translated(error: unknown): unknown {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  if (error.status === 415)
    return new ApiError("UnsupportedMediaType", "send JSON: Content-Type: application/json");
  return new InputError("InvalidInput", "the body is not JSON: correct it");
}

function challengeOf({ name }: TokenError): string {
  return name === "TokenMissing"
    ? 'Bearer realm="conductor"'
    : 'Bearer realm="conductor", error="invalid_token"';
}
