import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { type PlanSpec, planSpec } from "../../core/artifacts/plan-spec.ts";
import { digestOf } from "../../core/digest.ts";
import { planOf } from "../../lambdas/atlas/plan.ts";
import { settleOn } from "../../lambdas/atlas/settle.ts";
import { aGoal } from "./goals.ts";

/** The plan Atlas makes of a goal by its rules, of a table where the goal asks for nothing else. */
export function aPlan(goal: object = {}): PlanSpec {
  const stated = aGoal({ requires: [{ block: "kv_store", name: "orders" }], ...goal });
  const settings = ENVIRONMENTS[stated.environment];
  const found = settleOn(stated, { region: settings.region, attempt: 1, agreed: [] });
  if ("blocked" in found) throw new Error(found.blocked.reason);
  const parts = { goal: stated, goalSha256: digestOf(stated), settings, requestedBy: "ada" };
  return planSpec.parse(planOf({ ...found, ...parts }));
}
