import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import type { Execution, Outcome } from "../execution/execution.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import { type MemoryMeans, patience, unlessUnavailable, vectorsOf } from "./memory-means.ts";
import type { Remembered, RememberedKind } from "./vector-index.ts";

/** How long something is found by what it is like. */
const MEMORY_DAYS = 400;
const DAY_MS = 86_400_000;

/** Something to be found later by what it is like. */
export interface NewMemory {
  readonly kind: RememberedKind;
  readonly artifact: ArtifactRef;
  /** What it is compared by. */
  readonly text: string;
  readonly outcome: Outcome;
}

export interface Refreshing {
  readonly now: Date;
  /** What is to be written together with the result of whoever refreshes. */
  readonly later: (write: DeferredWrite) => void;
}

export interface Refreshed {
  readonly indexed: number;
  readonly comparedBy: string;
  /** Why it is not what it might be. */
  readonly note?: string;
}

/**
 * Puts an execution's artifacts into the index, each in the place of its predecessor, and lets go what has expired.
 * Doing it again changes nothing. A memory that cannot be written is told of, and fails nobody: what it holds can be
 * made anew from the artifacts.
 */
export async function refresh(
  means: MemoryMeans,
  execution: Execution,
  memories: readonly NewMemory[],
  { now, later }: Refreshing,
): Promise<Refreshed> {
  const { embedder, index, meter } = means;
  const comparedBy = embedder.label;
  const [first, ...others] = memories.map(({ text }) => text);
  if (first === undefined) return { indexed: 0, comparedBy };
  const write = async () => {
    const { space, vectors } = await vectorsOf(means, [first, ...others]);
    const entries = memories.map((memory, i) => ({
      remembered: rememberedOf(memory, execution, now),
      vector: vectors[i] ?? new Float32Array(),
    }));
    if (index.upsertLater) later(index.upsertLater(space, entries));
    else await index.upsert(space, entries, patience(meter));
    await index.removeExpired(patience(meter));
    return { indexed: entries.length, comparedBy };
  };
  return await unlessUnavailable<Refreshed>(write, (note) => ({ indexed: 0, comparedBy, note }));
}

function rememberedOf(
  { kind, artifact, outcome }: NewMemory,
  { id: executionId, environment, stack }: Execution,
  now: Date,
): Remembered {
  // A stack has one runbook; an execution has a plan and a retrospective of its own.
  const subject = kind === "runbook" ? `${environment}/${stack}` : executionId;
  return {
    id: `${kind}#${subject}`,
    kind,
    environment,
    stack,
    executionId,
    outcome,
    at: now.toISOString(),
    artifact,
    expiresAt: new Date(now.getTime() + MEMORY_DAYS * DAY_MS).toISOString(),
  };
}
