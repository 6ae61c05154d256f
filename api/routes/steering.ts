import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import { InputError } from "../../core/artifacts/parse.ts";
import { amountsFrom } from "../../core/budget/amounts.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel, grantBudget, pause, unpause } from "../../core/execution/signal.ts";
import { skipAgent } from "../../core/execution/skip-agent.ts";
import { changeStrategy } from "../../core/execution/strategy.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { requireAccess } from "../../core/identity/access.ts";
import type { Caller } from "../../core/principal.ts";
import { executionFor } from "../access.ts";
import { interventionBody, notesBody } from "../bodies.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { BASE, described, executionId, failed, idempotencyKey, json } from "../route.ts";
import { executionProgress } from "../schemas.ts";
import { progressOf } from "../views/executions.ts";

const ONE = `${BASE}/execution/{id}`;
const TAG = "Steering";

const taken = json(executionProgress, "It is recorded; the next checkpoint heeds it.");
const notes = { required: false, content: { "application/json": { schema: notesBody } } };

const cancelRoute = createRoute({
  method: "post",
  path: `${ONE}/cancel`,
  ...described(TAG, "End an execution before anything is applied", "steer"),
  request: { params: executionId, headers: idempotencyKey, body: notes },
  responses: { 200: taken, ...failed },
});

const rollbackRoute = createRoute({
  method: "post",
  path: `${ONE}/rollback`,
  ...described(TAG, "Undo a change that is being applied or was applied", "roll-back"),
  request: { params: executionId, headers: idempotencyKey, body: notes },
  responses: { 200: taken, ...failed },
});

const interventionRoute = createRoute({
  method: "post",
  path: `${ONE}/interventions`,
  ...described(TAG, "Pause, let go on, grant more, do without an agent, or plan anew", "steer"),
  request: {
    params: executionId,
    headers: idempotencyKey,
    body: { required: true, content: { "application/json": { schema: interventionBody } } },
  },
  responses: { 200: taken, ...failed },
});

export function steeringRoutes(app: OpenAPIHono<ApiEnv>, ports: ApiPorts): void {
  const { world } = ports;
  const shown = async (execution: Execution) =>
    progressOf(execution, await ofExecution(world.table, execution.id));
  app.openapi(cancelRoute, async (c) => {
    const identity = c.get("identity");
    const { id } = await executionFor(world.table, identity, c.req.valid("param").id, "steer");
    return c.json(await shown(await cancel(world, id, identity.caller, c.req.valid("json").notes)), 200);
  });
  app.openapi(rollbackRoute, async (c) => {
    const identity = c.get("identity");
    const { id } = await executionFor(world.table, identity, c.req.valid("param").id, "roll-back");
    return c.json(
      await shown(await requestRollback(world, id, identity.caller, c.req.valid("json").notes)),
      200,
    );
  });
  app.openapi(interventionRoute, async (c) => {
    const identity = c.get("identity");
    const execution = await executionFor(world.table, identity, c.req.valid("param").id, "steer");
    const wish = c.req.valid("json");
    if (wish.overrideBudget !== undefined) requireAccess(identity, "grant-budget", execution.environment);
    return c.json(await shown(await intervene(ports, execution.id, identity.caller, wish)), 200);
  });
}

async function intervene(
  { world, agents }: ApiPorts,
  id: string,
  caller: Caller,
  wish: z.output<typeof interventionBody>,
): Promise<Execution> {
  if (wish.pauseExecution === true) return await pause(world, id, caller, wish.notes);
  if (wish.pauseExecution === false) return await unpause(world, id, caller);
  if (wish.overrideBudget !== undefined) {
    const { overrideBudget: more } = wish;
    const named = typeof more === "number" ? { usd: more } : more;
    return await grantBudget(world, id, caller, amountsFrom(named), agents);
  }
  if (wish.skipAgent !== undefined) return await skipAgent(world, id, caller, wish.skipAgent, wish.notes);
  if (wish.changeStrategy !== undefined) {
    return await changeStrategy(world, id, caller, wish.changeStrategy, wish.notes);
  }
  throw new InputError("InvalidInput", "the body: name what is to be done");
}
