import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import type { ApplierSession, CloudApplier, CloudPlanner, CloudReader } from "../cloud/cloud.ts";
import type { Execution } from "../execution/execution.ts";
import { requireLane } from "../lane/lane.ts";
import type { Fact, Lesson } from "../memory/facts.ts";
import type { MemoryEntry } from "../memory/memory.ts";
import type { Recollection } from "../memory/recollect.ts";
import type { NewMemory, Refreshed } from "../memory/refresh.ts";
import type { Answer, Question } from "../model/answer.ts";
import type { TimelineEvent } from "../timeline/chain.ts";
import type { Agent, AppendArtifact } from "./agent.ts";

/** Everything an agent can be handed. Each has its lane class in core/lane/lane.ts. */
export interface Tools {
  readonly "artifacts.read": (ref: ArtifactRef) => Promise<string>;
  readonly "artifacts.append": AppendArtifact;
  /** What this execution has attached so far, each name once. */
  readonly "artifacts.list": () => Promise<readonly ArtifactRef[]>;
  readonly "execution.read": () => Promise<Execution>;
  readonly "timeline.read": () => Promise<readonly TimelineEvent[]>;
  readonly "memory.recall": (kind: string, limit: number) => Promise<readonly MemoryEntry[]>;
  readonly "memory.append": (entry: Omit<MemoryEntry, "at">) => Promise<void>;
  /** What is known of the execution's environment and stack. */
  readonly "memory.facts": () => Promise<readonly Fact[]>;
  /** Of earlier changes, what is most like a text. */
  readonly "memory.similar": (text: string, limit: number) => Promise<Recollection>;
  /** Keeps what the execution has shown of its stack, together with the agent's result. */
  readonly "memory.learn": (lesson: Pick<Lesson, "facts" | "forget">) => Promise<void>;
  /** Makes artifacts of the execution findable by what they are like. */
  readonly "memory.index": (memories: readonly NewMemory[]) => Promise<Refreshed>;
  readonly "model.answer": <Output>(question: Question<Output>) => Promise<Answer<Output>>;
  readonly "cloud.read": () => CloudReader;
  readonly "cloud.plan": () => CloudPlanner;
  readonly "cloud.apply": (session: ApplierSession) => CloudApplier;
}

export type ToolName = keyof Tools;

/**
 * Just the tools an agent names, and none its lane does not allow: what it was not handed it cannot call.
 * @throws LaneError WrongLane
 */
export function handOut<Tool extends ToolName>(
  { name, lane, tools }: Pick<Agent<never, unknown, Tool>, "name" | "lane" | "tools">,
  toolbox: Tools,
): Pick<Tools, Tool> {
  const handed: Partial<Record<Tool, Tools[Tool]>> = {};
  for (const tool of tools) {
    requireLane(name, lane, tool);
    handed[tool] = toolbox[tool];
  }
  return Object.freeze(handed) as Pick<Tools, Tool>;
}

/** True when the agent reaches the cloud account, so that the account must be proven to be the right one first. */
export function reachesCloud(tools: readonly ToolName[]): boolean {
  return tools.some((tool) => tool.startsWith("cloud."));
}
