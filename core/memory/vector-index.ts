import type { ArtifactRef, Environment } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";
import type { Outcome } from "../execution/execution.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import type { VectorSpace } from "./embedder.ts";

export const REMEMBERED_KINDS = ["plan", "retrospective", "runbook"] as const;
export type RememberedKind = (typeof REMEMBERED_KINDS)[number];

/** Where something worth remembering is to be found. The index holds no text: what it says is in the artifact. */
export interface Remembered {
  /** What a later one of the same id takes the place of: `runbook#dev/shop`, `plan#exec_1`. */
  readonly id: string;
  readonly kind: RememberedKind;
  readonly environment: Environment;
  readonly stack: string;
  readonly executionId: string;
  /** How that execution ended. */
  readonly outcome: Outcome;
  /** ISO 8601. */
  readonly at: string;
  readonly artifact: ArtifactRef;
  /** ISO 8601; from then on it is not found. */
  readonly expiresAt: string;
}

export interface Vectored {
  readonly remembered: Remembered;
  readonly vector: Float32Array;
}

export interface Nearness {
  readonly limit: number;
  /** Cosine below which nothing is of interest. */
  readonly least: number;
  /** Whose own entries are left out. */
  readonly without: string;
  readonly timeoutMs: number;
}

export interface Neighbour {
  readonly remembered: Remembered;
  /** Cosine. */
  readonly similarity: number;
}

export interface Neighbourhood {
  /** Nearest first; those that are as near by their id. */
  readonly neighbours: readonly Neighbour[];
  /** False when only the newest entries were looked at. */
  readonly complete: boolean;
}

export class MemoryError extends NamedError<"MemoryUnavailable"> {}

/** Vectors with what they stand for, each space for itself. Whoever writes last has written. */
export interface VectorIndex {
  /** All of them, or as many as it got to: writing them again changes nothing. @throws MemoryError */
  upsert(space: VectorSpace, entries: readonly Vectored[], timeoutMs: number): Promise<void>;
  /** The same, to be written together with what the entries tell of; where it is in the workspace's own table. */
  upsertLater?(space: VectorSpace, entries: readonly Vectored[]): DeferredWrite;
  /** @throws MemoryError */
  nearest(space: VectorSpace, vector: Float32Array, nearness: Nearness): Promise<Neighbourhood>;
  /** Makes room by what has expired; where the store does that by itself there is nothing to do. @throws MemoryError */
  removeExpired(timeoutMs: number): Promise<void>;
}
