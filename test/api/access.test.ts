import { describe, expect, test } from "vitest";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { createApi } from "../../api/app.ts";
import type { ApiPorts } from "../../api/ports.ts";
import { type Action, grantText, may, ROLES } from "../../core/identity/access.ts";
import { documentOf, type Operation, TestApi } from "../support/api.ts";
import { GOAL } from "../support/goals.ts";
import { toldOf, waiting } from "./scene.ts";

const { operations } = await documentOf(createApi({ world: { clock: systemClock } } as ApiPorts));
const PLACES = ["dev", "prod"] as const;
type Place = (typeof PLACES)[number];

/** Refusals that turn on who asks; anything else a route says, it says to those it lets in. */
const NOT_LET_IN = new Set(["Forbidden", "ExecutionNotFound", "GateNotFound"]);

/** Refusals of who is let in, as the scene has nothing of the kind. */
const NOTHING_THERE = new Set(["NothingToRollBack", "GlassNotBroken"]);

const BODIES: Readonly<Record<string, (at: Place) => object>> = {
  "/api/conductor/pipeline/start": (environment) => ({ input: { ...GOAL, environment } }),
  "/api/conductor/execution/{id}/interventions": () => ({ pauseExecution: true }),
  "/api/conductor/gates/{gateId}/reject": () => ({ notes: "no" }),
  "/api/conductor/gates/{gateId}/review": () => ({ notes: "fine" }),
};

async function tryOut({ method, path }: Operation, at: Place, grants: readonly string[] | undefined) {
  const api = await TestApi.on();
  for (const place of PLACES) await waiting(api.home.world, place);
  const address = path
    .replace("{id}", `exec_${at}`)
    .replace("{gateId}", `gate_${at}`)
    .replace("{name}", "goal.json");
  const body = method === "GET" ? {} : { body: BODIES[path]?.(at) ?? {} };
  const answer = await api.send(method, address, grants ? { as: "grace", grants, ...body } : body);
  expect(api.errors).toEqual([]);
  return answer;
}

const everybody = ROLES.flatMap((role) => PLACES.map((environment) => ({ role, environment })));
const cases = operations.flatMap((operation) =>
  everybody.flatMap((grant) => PLACES.map((at) => ({ ...operation, who: grantText(grant), grant, at }))),
);

test("every route says what it takes", () => {
  expect(operations.length).toBeGreaterThan(18);
  for (const { access } of operations)
    expect(["view", "start", "steer", "roll-back", "decide", "any", "everywhere", "nobody"]).toContain(
      access,
    );
});

describe("every route by every role", () => {
  test.each(cases)("$method $path in $at by $who", async ({ grant, at, who, access, ...operation }) => {
    const { status, body } = await tryOut({ ...operation, access }, at, [who]);
    const allowed =
      access === "any" || access === "nobody"
        ? true
        : access === "everywhere"
          ? false
          : may({ grants: [grant] }, access as Action, at);
    const refused = NOT_LET_IN.has(body?.name);
    expect({ refused, status, name: body?.name }).toMatchObject({ refused: !allowed });
    expect(status).toBeLessThan(allowed && !NOTHING_THERE.has(body?.name) ? 300 : 500);
    // Who may not even look is not told whether it exists.
    const mayLook = may({ grants: [grant] }, "view", at);
    if (!allowed && /\{/.test(operation.path)) expect(status).toBe(mayLook ? 403 : 404);
  });
});

describe.each(operations.filter(({ access }) => access !== "nobody"))("$method $path", (operation) => {
  test("takes a token", async () => {
    const { status, body, headers } = await tryOut(operation, "dev", undefined);
    expect([status, body.name]).toEqual([401, "TokenMissing"]);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="conductor"');
  });

  test("lets nobody in who has no role", async () => {
    const { status } = await tryOut(operation, "dev", ["admin", "developers"]);
    expect([403, 404]).toContain(status);
  });
});

test("the audit takes a role in every environment", async () => {
  const api = await TestApi.on();
  const grants = ["viewer:dev", "viewer:sit", "viewer:prod"];
  const { status, body } = await api.get("/api/conductor/audit", { as: "grace", grants });
  expect([status, body.verified]).toEqual([200, true]);
});

test("who may steer does not also grant a budget", async () => {
  const api = await TestApi.on();
  await waiting(api.home.world);
  const body = { overrideBudget: 5 };
  const path = "/api/conductor/execution/exec_dev/interventions";
  const refused = await api.post(path, { as: "grace", grants: ["operator:dev"], body });
  expect([refused.status, refused.body.name]).toEqual([403, "Forbidden"]);
  const admin = { as: "grace", grants: ["admin:dev"] };
  expect((await api.post(path, { ...admin, body })).status).toBe(200);
  const own = await api.post(path, { as: "ada", grants: ["admin:dev"], body });
  expect([own.status, own.body.name]).toEqual([403, "SelfApproval"]);
  for (const overrideBudget of [0, -1, {}, { usd: 0 }, { tokens: 1.5 }, { hours: 1 }]) {
    const odd = await api.post(path, { ...admin, body: { overrideBudget } });
    expect([overrideBudget, odd.status, odd.body.name]).toEqual([overrideBudget, 400, "InvalidInput"]);
  }
  const more = { tokens: 1_000, minutes: 2.5 };
  expect((await api.post(path, { ...admin, body: { overrideBudget: more } })).status).toBe(200);
  const grants = (await toldOf(api.home.world, "exec_dev")).filter(({ type }) => type === "budget.granted");
  expect(grants.map(({ data }) => data["more"])).toEqual([
    { tokens: 0, milliseconds: 0, microUsd: 5_000_000 },
    { tokens: 1_000, milliseconds: 150_000, microUsd: 0 },
  ]);
});
