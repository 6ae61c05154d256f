import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { InputError } from "../../core/artifacts/parse.ts";
import { PRIORITIES } from "../../core/execution/priority.ts";
import { startChange } from "../../core/execution/start.ts";
import { requireAccess } from "../../core/identity/access.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { skipsGates } from "../../core/policy/skipping.ts";
import { startBody } from "../bodies.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { ApiError } from "../problem.ts";
import { BASE, described, failed, idempotencyKey, json } from "../route.ts";
import { executionProgress } from "../schemas.ts";
import { progressOf } from "../views/executions.ts";

const startRoute = createRoute({
  method: "post",
  path: `${BASE}/pipeline/start`,
  ...described("Pipelines", "Start a pipeline", "start"),
  request: {
    headers: idempotencyKey,
    body: { required: true, content: { "application/json": { schema: startBody } } },
  },
  responses: { 201: json(executionProgress, "It is recorded and will be started."), ...failed },
});

export function pipelineRoutes(app: OpenAPIHono<ApiEnv>, { world }: ApiPorts): void {
  app.openapi(startRoute, async (c) => {
    const { input, ideaId, priority, options } = c.req.valid("json");
    const identity = c.get("identity");
    if (ideaId !== undefined) throw unknownIdea(ideaId);
    const goal = parseGoal(input, "input");
    requireAccess(identity, "start", goal.environment);
    // Where policy lets nobody skip, roles do not come into it: the start itself refuses.
    if (options.skipGates && skipsGates(goal.environment)) {
      requireAccess(identity, "skip-gates", goal.environment);
    }
    const operation = c.get("operation");
    const execution = await startChange(world, goal, identity.caller, {
      ...(options.maxCost === undefined ? {} : { maxUsd: options.maxCost }),
      ...(options.timeout === undefined ? {} : { maxSeconds: withinDay(options.timeout) }),
      ...(operation === undefined ? {} : { operation }),
      ...(priority === "normal" ? {} : { priority: PRIORITIES[priority] }),
      skipGates: options.skipGates,
    });
    c.header("location", `${BASE}/execution/${execution.id}`);
    return c.json(progressOf(execution, []), 201);
  });
}

const SECONDS_A_DAY = 86_400;

function withinDay(seconds: number): number {
  if (seconds <= SECONDS_A_DAY) return seconds;
  throw new InputError("InvalidInput", `options.timeout: must be at most ${SECONDS_A_DAY} seconds`);
}

function unknownIdea(ideaId: string): ApiError {
  return new ApiError(
    "IdeaNotFound",
    `there is no idea ${JSON.stringify(ideaId)} in this workspace: send a goal as \`input\` instead`,
  );
}
