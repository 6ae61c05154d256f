import * as z from "zod";
import type { ToolName, Tools } from "../../core/agent/tools.ts";
import { planSpec } from "../../core/artifacts/plan-spec.ts";
import type { Retrospective } from "../../core/artifacts/retrospective.ts";
import { type ArtifactRef, artifactRef } from "../../core/artifacts/vocabulary.ts";
import type { Execution, Outcome } from "../../core/execution/execution.ts";
import type { Lesson, ShownFact } from "../../core/memory/facts.ts";
import { likenessOf } from "../../core/memory/likeness.ts";
import type { NewMemory, Refreshed } from "../../core/memory/refresh.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";

export const REMEMBERING_TOOLS = [
  "artifacts.read",
  "memory.append",
  "memory.learn",
  "memory.index",
] as const satisfies readonly ToolName[];
type RememberingTools = Pick<Tools, (typeof REMEMBERING_TOOLS)[number]>;

/** As much of a plan as is remembered. */
const planned = planSpec
  .pick({ stack: true, components: true, owner: true, fallbackOwner: true, cost: true })
  .loose();
type Planned = z.output<typeof planned>;

export interface LookedBack {
  readonly execution: Execution;
  readonly events: readonly TimelineEvent[];
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

  const planRef = planOf(past.events);
  const plan = planRef && planned.parse(JSON.parse(await tools["artifacts.read"](planRef)));
  await tools["memory.learn"](lessonOf(past, plan));
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

const attachment = z.looseObject({ artifacts: z.array(artifactRef) });

/** The last plan that Atlas attached, as the record has it. */
function planOf(events: readonly TimelineEvent[]): ArtifactRef | undefined {
  return events
    .filter(({ type }) => type === "agent.finished")
    .flatMap(({ data }) => attachment.safeParse(data).data?.artifacts ?? [])
    .findLast(({ name }) => name === "plan.json");
}

/** The runbook in any case; of what an applied change shows, all that is known from now on; of an undone one, nothing. */
function lessonOf(past: LookedBack, plan: Planned | undefined): Pick<Lesson, "facts" | "forget"> {
  const { outcome, looked, runbook } = past;
  const ofRunbook = { kind: "runbook", name: "runbook", value: looked.summary, artifact: runbook } as const;
  if (outcome === "applied") return { facts: [ofRunbook, ...shown(past, plan)], forget: "everything else" };
  return { facts: [ofRunbook], forget: outcome === "rolled_back" ? "its own" : "nothing" };
}

/** What an applied change shows of its stack. */
function shown({ execution }: LookedBack, plan: Planned | undefined): ShownFact[] {
  const facts: ShownFact[] = [];
  if (plan) {
    const { owner, fallbackOwner, cost } = plan;
    facts.push({ kind: "owner", name: "owner", value: owner });
    if (fallbackOwner) facts.push({ kind: "owner", name: "fallback", value: fallbackOwner });
    const value = `${cost.atLeast ? "at least " : ""}$${cost.monthlyUsd} a month, as planned`;
    facts.push({ kind: "budget", name: "the stack", value });
  }
  for (const [name, value] of Object.entries(execution.apply?.outputs ?? {}))
    facts.push({ kind: "endpoint", name, value });
  return facts;
}
