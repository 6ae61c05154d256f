import type { ToolName, Tools } from "../../core/agent/tools.ts";
import { dossier } from "../../core/artifacts/dossier.ts";
import { planSpec } from "../../core/artifacts/plan-spec.ts";
import type { Retrospective } from "../../core/artifacts/retrospective.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import type { Execution, Outcome } from "../../core/execution/execution.ts";
import type { ShownFact } from "../../core/memory/facts.ts";
import { likenessOf } from "../../core/memory/likeness.ts";
import type { NewMemory, Refreshed } from "../../core/memory/refresh.ts";

export const REMEMBERING_TOOLS = [
  "artifacts.list",
  "artifacts.read",
  "memory.append",
  "memory.learn",
  "memory.index",
] as const satisfies readonly ToolName[];
type RememberingTools = Pick<Tools, (typeof REMEMBERING_TOOLS)[number]>;

/** As much of a plan and a dossier as is remembered. */
const planned = planSpec.pick({ stack: true, components: true, owner: true, fallbackOwner: true }).loose();
const priced = dossier.pick({ cost: true }).loose();

export interface LookedBack {
  readonly execution: Execution;
  readonly outcome: Outcome;
  readonly looked: Retrospective;
  readonly retrospective: ArtifactRef;
  readonly runbook: ArtifactRef;
  /** What the runbook says. */
  readonly runbookText: string;
}

/** Keeps of a change what the next one of its stack, or one like it, should be told. */
export async function rememberChange(tools: RememberingTools, past: LookedBack): Promise<Refreshed> {
  const { execution, outcome, looked, retrospective, runbook, runbookText } = past;
  const told = { executionId: execution.id, summary: looked.summary, outcome };
  const stack = `${execution.environment}/${execution.stack}`;
  await tools["memory.append"]({ ...told, kind: `retrospective#${stack}`, artifact: retrospective });
  await tools["memory.append"]({ ...told, kind: `runbook#${stack}`, artifact: runbook });

  const attached = await tools["artifacts.list"]();
  const planRef = attached.find(({ name }) => name === "plan.json");
  const plan = planRef && planned.parse(JSON.parse(await tools["artifacts.read"](planRef)));
  if (outcome === "applied" || outcome === "rolled_back") {
    const facts = outcome === "applied" ? await shown(tools, past, plan, attached) : [];
    await tools["memory.learn"]({ facts, forget: outcome === "applied" ? "everything else" : "its own" });
  }
  const lessons = [looked.summary, ...looked.lessons].join("\n");
  const memories: NewMemory[] = [
    { kind: "retrospective", artifact: retrospective, text: lessons, outcome },
    { kind: "runbook", artifact: runbook, text: runbookText, outcome },
  ];
  if (planRef && plan) {
    memories.push({ kind: "plan", artifact: planRef, text: likenessOf(plan, execution.goalText), outcome });
  }
  return await tools["memory.index"](memories);
}

type Planned = ReturnType<typeof planned.parse>;

/** What an applied change shows of its stack. */
async function shown(
  tools: RememberingTools,
  { execution }: LookedBack,
  plan: Planned | undefined,
  attached: readonly ArtifactRef[],
): Promise<ShownFact[]> {
  const facts: ShownFact[] = [];
  if (plan) facts.push({ kind: "owner", name: "owner", value: plan.owner });
  if (plan?.fallbackOwner) facts.push({ kind: "owner", name: "fallback", value: plan.fallbackOwner });
  const ref = attached.find(({ name }) => name === "dossier.json");
  if (ref) {
    const { cost } = priced.parse(JSON.parse(await tools["artifacts.read"](ref)));
    const value = `${cost.atLeast ? "at least " : ""}$${cost.monthlyAfter} a month`;
    facts.push({ kind: "budget", name: "the stack", value });
  }
  for (const [name, value] of Object.entries(execution.apply?.outputs ?? {}))
    facts.push({ kind: "endpoint", name, value });
  return facts;
}
