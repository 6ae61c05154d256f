import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type Environment, environment } from "../../core/artifacts/vocabulary.ts";
import { reviewGlass } from "../../core/gate/break-glass.ts";
import { canDecide } from "../../core/gate/can-decide.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { Identity } from "../../core/identity/access.ts";
import type { StepUpProof } from "../../core/identity/step-up.ts";
import { principalOf } from "../../core/principal.ts";
import { type Table, TableError } from "../../core/table/table.ts";
import { gateFor, visibleTo } from "../access.ts";
import { decisionBody, reviewBody } from "../bodies.ts";
import { decideOn } from "../decide.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { ApiError } from "../problem.ts";
import { BASE, described, failed, gateId, idempotencyKey, json, paging } from "../route.ts";
import { gatesPage, gateView } from "../schemas.ts";
import { filtered } from "../views/filtered.ts";
import { gateOf } from "../views/gates.ts";

const TAG = "Gates";

const gateFilters = paging.extend({
  environment: environment.optional(),
  waiting: z.literal("me").optional().openapi({ description: "Only those the caller can decide." }),
});

const listRoute = createRoute({
  method: "get",
  path: `${BASE}/gates`,
  ...described(TAG, "Open gates, the longest waiting first", "any"),
  request: { query: gateFilters },
  responses: { 200: json(gatesPage, "A page of them."), ...failed },
});

const oneRoute = createRoute({
  method: "get",
  path: `${BASE}/gates/{gateId}`,
  ...described(TAG, "A gate", "view"),
  request: { params: gateId },
  responses: { 200: json(gateView, "The gate."), ...failed },
});

const deciding = (decision: "approve" | "reject", summary: string) =>
  createRoute({
    method: "post",
    path: `${BASE}/gates/{gateId}/${decision}`,
    ...described(TAG, summary, "decide"),
    request: {
      params: gateId,
      headers: idempotencyKey,
      body: { required: true, content: { "application/json": { schema: decisionBody } } },
    },
    responses: { 200: json(gateView, "The decision is stored."), ...failed },
  });

const approveRoute = deciding("approve", "Decide on somebody else's change");
const rejectRoute = deciding("reject", "Reject somebody else's change");

const reviewRoute = createRoute({
  method: "post",
  path: `${BASE}/gates/{gateId}/review`,
  ...described(TAG, "Review what somebody approved in an emergency", "decide"),
  request: {
    params: gateId,
    headers: idempotencyKey,
    body: { required: true, content: { "application/json": { schema: reviewBody } } },
  },
  responses: { 200: json(gateView, "The review is in the record."), ...failed },
});

export function gateRoutes(app: OpenAPIHono<ApiEnv>, ports: ApiPorts): void {
  const { table, clock } = ports.world;
  app.openapi(listRoute, async (c) => {
    const identity = c.get("identity");
    const { limit, cursor, environment: only, waiting } = c.req.valid("query");
    const places = visibleTo(identity).filter((name) => only === undefined || name === only);
    const wanted = (gate: Gate) => waiting === undefined || canDecide(identity, gate, clock.now());
    const page = await openPage(table, places, { limit, cursor, wanted });
    return c.json({ gates: page.found.map((gate) => gateOf(gate, clock.now())), cursor: page.cursor }, 200);
  });
  app.openapi(oneRoute, async (c) => {
    const gate = await gateFor(table, c.get("identity"), c.req.valid("param").gateId, "view");
    return c.json(gateOf(gate, clock.now()), 200);
  });
  app.openapi(approveRoute, async (c) => {
    const gate = await gateFor(table, c.get("identity"), c.req.valid("param").gateId, "decide");
    const body = c.req.valid("json");
    const by = { identity: c.get("identity"), signIn: c.get("signIn") };
    return c.json(await decide(ports, gate, by, { ...body, decision: body.decision ?? "approve" }), 200);
  });
  app.openapi(rejectRoute, async (c) => {
    const gate = await gateFor(table, c.get("identity"), c.req.valid("param").gateId, "decide");
    const by = { identity: c.get("identity"), signIn: c.get("signIn") };
    return c.json(await decide(ports, gate, by, { ...c.req.valid("json"), decision: "reject" }), 200);
  });
  app.openapi(reviewRoute, async (c) => {
    const { caller, ...held } = c.get("identity");
    const gate = await gateFor(table, { caller, ...held }, c.req.valid("param").gateId, "decide");
    const { notes } = c.req.valid("json");
    await reviewGlass(table, { gateId: gate.id, caller, notes }, clock.now());
    return c.json(gateOf(gate, clock.now()), 200);
  });
}

interface Decider {
  readonly identity: Identity;
  readonly signIn: StepUpProof["signIn"];
}

async function decide(
  ports: ApiPorts,
  gate: Gate,
  { identity, signIn }: Decider,
  body: z.output<typeof decisionBody> & { readonly decision: "approve" | "reject" },
) {
  const { decision, notes, reviewer, digest = gate.digest, code, breakGlass, conditions } = body;
  const { principal } = identity.caller;
  if (reviewer !== undefined && principalOf(reviewer) !== principal) {
    throw new ApiError(
      "ReviewerIsCaller",
      `you are ${principal} and decide for nobody else: leave \`reviewer\` out`,
    );
  }
  const proof = { ...(code === undefined ? {} : { code }), ...(signIn ? { signIn } : {}) };
  const decided = await decideOn(
    ports,
    gate,
    identity,
    { decision, digest, notes, breakGlass, conditions },
    proof,
  );
  return gateOf(decided, ports.world.clock.now());
}

interface OpenQuery {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly wanted: (gate: Gate) => boolean;
}

/** Open gates are listed by environment: one list after the other, the cursor saying in which it stands. */
async function openPage(
  table: Table,
  places: readonly Environment[],
  { limit, cursor, wanted }: OpenQuery,
): Promise<{ found: readonly Gate[]; cursor: string | null }> {
  return await filtered(limit, cursor, async (size, from) => {
    const { place, within } = standing(places, from);
    if (place === undefined) return { found: [], next: undefined };
    const page = await table.query({
      index: "index1",
      pk: `GATES#open#${place}`,
      limit: size,
      ...(within ? { cursor: within } : {}),
    });
    const following = places[places.indexOf(place) + 1];
    const next = page.cursor ? `${place}.${page.cursor}` : following && `${following}.`;
    return { found: page.items.map(({ attributes }) => attributes as unknown as Gate).filter(wanted), next };
  });
}

/** @throws TableError InvalidCursor */
function standing(places: readonly Environment[], cursor: string | undefined) {
  if (cursor === undefined) return { place: places[0], within: "" };
  const dot = cursor.indexOf(".");
  const place = places.find((name) => name === cursor.slice(0, dot));
  if (place) return { place, within: cursor.slice(dot + 1) };
  throw new TableError("InvalidCursor", "this is not a cursor of this list; start it anew");
}
