import { attachedTo } from "../../../core/artifacts/attached.ts";
import { type PlanSpec, planSpec } from "../../../core/artifacts/plan-spec.ts";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import { canonicalJson } from "../../../core/digest.ts";
import type { ModelProvider } from "../../../core/model/model.ts";
import type { World } from "../../../core/ports.ts";
import { handler } from "../../../lambdas/atlas/handler.ts";
import { homeWith, type Workplace } from "../../support/executions.ts";
import { aGoal } from "../../support/goals.ts";
import { anExecution } from "../../support/records.ts";

interface Asked {
  readonly attempt?: number;
  readonly relaxation?: ArtifactRef | null;
  /** Calls of one visit carry one idempotency key, as retries of a step do; without it every call has its own. */
  readonly visit?: string;
}

export interface Desk {
  readonly home: Workplace;
  readonly goal: ArtifactRef;
  plan(asked?: Asked): Promise<PlanSpec>;
  text(name: string): Promise<string>;
  ref(name: string): Promise<ArtifactRef | undefined>;
}

/** Atlas at work on one goal, of an execution that Ada asked for. */
export async function desk(goal: object, models: readonly ModelProvider[] = []): Promise<Desk> {
  const home = await homeWith(anExecution());
  const world: World = { ...home.world, models };
  const stored = await home.world.artifacts.put(canonicalJson(aGoal(goal)));
  const goalRef = { name: "goal.json", kind: "GoalStatement", ...stored };
  let calls = 0;
  const ref = async (name: string) =>
    (await attachedTo(world.table, "exec_1")).find((one) => one.name === name);
  const text = async (name: string) =>
    new TextDecoder().decode(await world.artifacts.get((await ref(name))!.sha256));
  return {
    home,
    goal: goalRef,
    text,
    ref,
    plan: async ({ attempt = 1, relaxation = null, visit = `call ${calls++}` } = {}) => {
      const call = { executionId: "exec_1", idempotencyKey: `exec_1/DrawPlan/${visit}` };
      await handler({ ...call, goal: goalRef, attempt, relaxation }, world);
      return planSpec.parse(JSON.parse(await text("plan.json")));
    },
  };
}

export const REQUIRES = [
  { block: "kv_store", name: "orders" },
  { block: "http_api", name: "api" },
];

/** A goal that says all there is to say. */
export const FULL = {
  requires: REQUIRES,
  constraints: { monthlyCostLimitUsd: 50, compliance: ["popia"] },
  stakeholders: { owner: "shop-team", fallbackOwner: "platform-team" },
};
