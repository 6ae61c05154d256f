import type { Meter } from "../budget/meter.ts";
import { find } from "../execution/executions.ts";
import { factsAbout } from "../memory/facts.ts";
import { hashingEmbedder } from "../memory/hashing-embedder.ts";
import { recall } from "../memory/memory.ts";
import type { Memory } from "../memory/memory-means.ts";
import { recollect } from "../memory/recollect.ts";
import { refresh } from "../memory/refresh.ts";
import { TableIndex } from "../memory/table-index.ts";
import type { World } from "../ports.ts";
import { redactIn } from "../secrets/redact.ts";
import type { Evidence } from "./toolbox.ts";
import type { Tools } from "./tools.ts";

interface MemoryToolsOptions {
  readonly world: World;
  readonly executionId: string;
  readonly meter: Meter;
  readonly evidence: Pick<Evidence, "memories" | "lessons">;
}

type MemoryTools = Pick<Tools, Extract<keyof Tools, `memory.${string}`>>;

/** The tools of an agent's memory, bound to one call. */
export function memoryTools({ world, executionId, meter, evidence }: MemoryToolsOptions): MemoryTools {
  const { table, artifacts, clock } = world;
  const means = { ...memoryOf(world), meter };
  const execution = () => find(table, executionId);
  return {
    "memory.recall": async (kind, limit) => redactIn(await recall(table, kind, limit)),
    "memory.append": (entry) => {
      evidence.memories.push({ ...redactIn(entry), at: clock.now().toISOString() });
      return Promise.resolve();
    },
    "memory.facts": async () => {
      const { environment, stack } = await execution();
      const settings = world.environment(environment);
      return redactIn(await factsAbout(table, { environment, stack }, settings, clock.now()));
    },
    "memory.similar": (text, limit) => recollect(means, artifacts, { text, limit, executionId }),
    "memory.learn": async (lesson) => {
      const { environment, stack } = await execution();
      const at = clock.now().toISOString();
      evidence.lessons.push({
        ...redactIn(lesson),
        subject: { environment, stack },
        source: executionId,
        at,
      });
    },
    "memory.index": async (memories) => await refresh(means, await execution(), memories, clock.now()),
  };
}

/** The world's memory, or what there is without any settings: words, compared in the workspace's own table. */
export function memoryOf({ table, memory }: Pick<World, "table" | "memory">): Memory {
  return { embedder: hashingEmbedder, index: new TableIndex(table), ...memory };
}
