import type { Meter } from "../budget/meter.ts";
import type { Execution } from "../execution/execution.ts";
import { factsAbout, learn } from "../memory/facts.ts";
import { hashingEmbedder } from "../memory/hashing-embedder.ts";
import { recall } from "../memory/memory.ts";
import type { Memory } from "../memory/memory-means.ts";
import { recollect } from "../memory/recollect.ts";
import { refresh } from "../memory/refresh.ts";
import { TableIndex } from "../memory/table-index.ts";
import type { World } from "../ports.ts";
import { redactIn } from "../secrets/redact.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import type { Evidence } from "./toolbox.ts";
import type { Tools } from "./tools.ts";

interface MemoryToolsOptions {
  readonly world: World;
  readonly execution: Execution;
  readonly meter: Meter;
  readonly evidence: Pick<Evidence, "memories" | "writes">;
}

type MemoryTools = Pick<Tools, Extract<keyof Tools, `memory.${string}`>>;

/** The tools of an agent's memory, bound to one call. */
export function memoryTools({ world, execution, meter, evidence }: MemoryToolsOptions): MemoryTools {
  const { table, artifacts, clock } = world;
  const { id: executionId, environment, stack } = execution;
  const subject = { environment, stack };
  const means = { ...memoryOf(world), meter };
  const later = (write: DeferredWrite) => void evidence.writes.push(write);
  return {
    "memory.recall": async (kind, limit) => redactIn(await recall(table, kind, limit)),
    "memory.append": (entry) => {
      evidence.memories.push({ ...redactIn(entry), at: clock.now().toISOString() });
      return Promise.resolve();
    },
    "memory.facts": async () => redactIn(await factsAbout(table, subject, world.environment(environment))),
    "memory.similar": (text, limit) => recollect(means, artifacts, { text, limit, executionId }),
    "memory.learn": async (lesson) => {
      const at = clock.now().toISOString();
      later(await learn(table, { ...redactIn(lesson), subject, source: executionId, at }));
    },
    "memory.index": (memories) => refresh(means, execution, memories, { now: clock.now(), later }),
  };
}

/** The world's memory, or what there is without any settings: words, compared in the workspace's own table. */
export function memoryOf({ table, clock, memory }: Pick<World, "table" | "clock" | "memory">): Memory {
  return { embedder: hashingEmbedder, index: TableIndex.of(table, clock), ...memory };
}
