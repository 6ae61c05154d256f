import type { Build } from "../../core/artifacts/build.ts";
import type { ChangeSet, ResourceChange } from "../../core/artifacts/change-set.ts";
import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import { type ArtifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { canonicalJson, digestOf } from "../../core/digest.ts";
import type { Template } from "../../core/template/template.ts";
import { type AgentDesk, agentDesk } from "./agent-desk.ts";
import { aChangeSet } from "./dossiers.ts";
import { aGoal } from "./goals.ts";
import { aPlan } from "./plan-specs.ts";
import { anExecution, DEV, PROD } from "./records.ts";

export interface Proposal {
  readonly environment?: "dev" | "prod";
  readonly goal?: object;
  readonly plan?: Partial<PlanSpec>;
  readonly template?: Template | string;
  /** What the stack runs now; a new stack without it. */
  readonly before?: Template;
  readonly changes?: readonly ResourceChange[];
  readonly build?: Partial<Build>;
  readonly changeSet?: Partial<ChangeSet>;
}

export interface Review {
  readonly desk: AgentDesk;
  readonly made: Build;
  /** As the state machine passes it to whoever reviews the change. */
  readonly refs: Readonly<Record<"goal" | "plan" | "build" | "changeSet", ArtifactRef>>;
}

export const TOPIC: Template = { Resources: { Alerts: { Type: "AWS::SNS::Topic", Properties: {} } } };

const ADDED: ResourceChange = {
  action: "add",
  logicalId: "Alerts",
  type: "AWS::SNS::Topic",
  holdsState: false,
  changed: [],
};

/** A change of the stack `shop`, by default a new one with a topic in it, laid before whoever reviews it. */
export async function underReview(proposal: Proposal = {}): Promise<Review> {
  const { environment = "dev", before, changes = [ADDED], template = TOPIC } = proposal;
  const where = environment === "dev" ? DEV : PROD;
  const desk = await agentDesk(anExecution(where));
  const goal = aGoal({ environment, ...proposal.goal });
  const plan = { ...aPlan({ environment, ...proposal.goal }), ...proposal.plan };
  const text = typeof template === "string" ? template : canonicalJson(template);
  const ref = await desk.lay("template.json", "Template", text);
  const made = { ...buildOf(ref, where), ...proposal.build };
  const previous = before ? await desk.lay("previous-template.json", "Template", before) : null;
  const { buildDigest } = made;
  const base = aChangeSet({
    ...where,
    buildDigest,
    changes: [...changes],
    type: before ? "UPDATE" : "CREATE",
  });
  const changeSet = { ...base, baseline: { ...base.baseline, template: previous }, ...proposal.changeSet };
  return {
    desk,
    made,
    refs: {
      goal: await desk.lay("goal.json", "GoalStatement", goal),
      plan: await desk.lay("plan.json", "PlanSpec", plan),
      build: await desk.lay("build.json", "Build", made),
      changeSet: await desk.lay("change-set.json", "ChangeSet", changeSet),
    },
  };
}

function buildOf(template: ArtifactRef, where: typeof DEV | typeof PROD): Build {
  const { environment, account, region } = where;
  const rest = { parameters: {}, tags: {}, account, region, stack: "shop" };
  const buildDigest = digestOf({ template: template.sha256, ...rest });
  return { schemaVersion: SCHEMA_VERSION, environment, template, resources: [], buildDigest, ...rest };
}
