import * as z from "zod";
import { type AgentCall, agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { RECALLING_TOOLS, recallFor } from "../../core/agent/recalling.ts";
import type { Tools } from "../../core/agent/tools.ts";
import {
  type DesignBlocked,
  designBlocked,
  type Relaxation,
  relaxationsOf,
  relaxationText,
} from "../../core/artifacts/design-blocked.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import { type PlanSpec, planSpec } from "../../core/artifacts/plan-spec.ts";
import { type ArtifactRef, answerSource, artifactRef } from "../../core/artifacts/vocabulary.ts";
import { NamedError } from "../../core/errors.ts";
import { likenessOf } from "../../core/memory/likeness.ts";
import { parseGoal, requireUnderstandable } from "../../core/plan/goal.ts";
import { relax } from "../../core/plan/relax.ts";
import { askForBlocks } from "./ask-model.ts";
import { diagramSvg } from "./diagram.ts";
import { costDocument, planDocument } from "./documents.ts";
import { planOf } from "./plan.ts";
import { priceOf } from "./price.ts";
import { riskDocument, risksOf } from "./risks.ts";
import { settleOn } from "./settle.ts";
import { subtasks } from "./subtasks.ts";

export class AtlasError extends NamedError<"DesignBlocked"> {}

const TOOLS = ["artifacts.read", "artifacts.append", "model.answer", ...RECALLING_TOOLS] as const;
type AtlasTools = Pick<Tools, (typeof TOOLS)[number]>;

/** Goal → PlanSpec. */
export const atlas = agent({
  name: "atlas",
  lane: "read_only",
  tools: TOOLS,
  budget: { tokens: 40_000, minutes: 1.5, usd: 1 },
  input: z.strictObject({
    goal: artifactRef,
    /** From 1; a design that clashed is tried again more frugally. */
    attempt: z.int().positive(),
    /** The DesignBlocked whose relaxation people agreed to. */
    relaxation: artifactRef.nullable(),
  }),
  output: z.strictObject({ plan: artifactRef, source: answerSource }),
  run: async ({ goal: ref, attempt, relaxation }, tools, call) => {
    const stated = parseGoal(JSON.parse(await tools["artifacts.read"](ref)), "the goal");
    const agreed = relaxation ? await agreedTo(relaxation, tools) : [];
    const task = { goal: agreed.reduce(relax, stated), goalSha256: ref.sha256, attempt, agreed };
    const plan = await draw(task, tools, call);
    return { plan: await append(plan, stated, tools), source: plan.source };
  },
});

/** Every relaxation people have agreed to, the one they were asked for last at the end. */
async function agreedTo(ref: ArtifactRef, tools: AtlasTools): Promise<Relaxation[]> {
  const blocked = await readArtifact(tools, ref, designBlocked);
  return [...blocked.agreed, ...relaxationsOf(blocked)];
}

interface Task {
  /** With what people agreed to already in it. */
  readonly goal: GoalStatement;
  readonly goalSha256: string;
  readonly attempt: number;
  readonly agreed: readonly Relaxation[];
}

/** @throws AtlasError DesignBlocked, with the artifact of that name attached */
async function draw(
  { goal, goalSha256, attempt, agreed }: Task,
  tools: AtlasTools,
  { settings, requestedBy }: AgentCall,
): Promise<PlanSpec> {
  const { goal: understood, source, note, assumptions } = await readGoal(goal, tools);
  const found = settleOn(understood, { region: settings.region, attempt, agreed });
  if ("blocked" in found) return await refuse(found.blocked, tools);
  const plan = planOf({ ...found, goal: understood, goalSha256, settings, requestedBy });
  return planSpec.parse({
    ...plan,
    source,
    ...(note ? { sourceNote: note } : {}),
    assumptions: [...plan.assumptions, ...agreed.map(agreedSentence), ...assumptions],
    // Last, when everything is decided.
    remembered: await recallFor(tools, likenessOf(plan, goal.goal)),
  });
}

function agreedSentence({ field, from, description }: Relaxation): string {
  return `People agreed to ${description}; ${field} had asked for ${from}.`;
}

interface Understood {
  readonly goal: GoalStatement;
  readonly source: PlanSpec["source"];
  readonly note?: string | undefined;
  readonly assumptions: readonly string[];
}

/** The blocks as the goal lists them, as a configured model reads the text, or as the rules do. */
async function readGoal(goal: GoalStatement, tools: AtlasTools): Promise<Understood> {
  if (goal.requires) return { goal, source: "rules", assumptions: [] };
  const { value, model, note } = await askForBlocks(goal, tools["model.answer"]);
  if (value) {
    return {
      goal: { ...goal, requires: value.requires },
      source: "model",
      note: model,
      assumptions: value.assumptions,
    };
  }
  requireUnderstandable(goal, "the goal");
  return { goal, source: "rules", note: note === NO_MODEL ? undefined : note, assumptions: [] };
}

const NO_MODEL = "no model is configured";

async function refuse(blocked: DesignBlocked, tools: AtlasTools): Promise<never> {
  await tools["artifacts.append"]({ name: "design-blocked.json", kind: "DesignBlocked", content: blocked });
  throw new AtlasError(
    "DesignBlocked",
    `${blocked.reason}. The smallest change that would help: ${relaxationText(blocked)}`,
  );
}

async function append(plan: PlanSpec, goal: GoalStatement, tools: AtlasTools): Promise<ArtifactRef> {
  const put = tools["artifacts.append"];
  const cost = priceOf(plan.components, plan.region);
  const risks = risksOf(plan);
  const ref = await put({ name: "plan.json", kind: "PlanSpec", content: plan });
  await put({ name: "plan.md", kind: "Document", content: planDocument(plan, goal.goal) });
  await put({ name: "subtask_queue.json", kind: "SubtaskQueue", content: subtasks() });
  await put({ name: "diagram.mmd", kind: "Diagram", content: plan.diagram });
  await put({ name: "diagram.svg", kind: "Diagram", content: await diagramSvg(plan.diagram) });
  await put({ name: "cost-report.json", kind: "CostReport", content: cost });
  await put({ name: "cost-report.md", kind: "Document", content: costDocument(cost) });
  await put({ name: "risk-report.json", kind: "RiskReport", content: { risks } });
  await put({ name: "risk-report.md", kind: "Document", content: riskDocument(risks) });
  return ref;
}
