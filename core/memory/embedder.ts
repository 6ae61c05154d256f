import type { ModelUsage } from "../model/model.ts";

/** Vectors of texts, in their order, and the tokens that were read for them. */
export interface Embedded extends ModelUsage {
  readonly vectors: readonly Float32Array[];
}

/** Turns texts into vectors that are near one another where the texts are alike. */
export interface Embedder {
  /** `hashing:words-1`, `bedrock:amazon.titan-…`: part of the key of whatever it made. */
  readonly name: string;
  /** For people, wherever its results are shown: `shared words (…)`. */
  readonly label: string;
  /** Dollars for a million tokens; undefined when nobody knows, and then it is not asked (law 4). */
  readonly inputUsd: number | undefined;
  /** Cosine from which two texts may be called similar. */
  readonly related: number;
  /** @throws ModelError */
  embed(texts: readonly string[], timeoutMs: number): Promise<Embedded>;
}

/** Whose vectors may be compared: one embedder's, of one dimension. */
export interface VectorSpace {
  readonly embedder: string;
  readonly dimensions: number;
}

/** @throws RangeError for a vector that is none: empty, or with something in it that is no number */
export function spaceOf({ name }: Embedder, vector: Float32Array): VectorSpace {
  if (vector.length === 0 || !vector.every(Number.isFinite))
    throw new RangeError(`${name} gave something that is no vector`);
  return { embedder: name, dimensions: vector.length };
}

/** A space as a key. */
export function spaceKey({ embedder, dimensions }: VectorSpace): string {
  return `${embedder}#${dimensions}`;
}

/** Cosine of two vectors of one space; 0 where one of them points nowhere. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  const lengths = Math.sqrt(squaresA) * Math.sqrt(squaresB);
  return lengths === 0 ? 0 : product / lengths;
}
