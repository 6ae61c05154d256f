import type { Meter } from "../budget/meter.ts";
import { excerpt } from "../excerpt.ts";
import { isAffordable, isKnown, metered, tokensAtMost } from "../model/metered.ts";
import { ModelError } from "../model/model.ts";
import { redact } from "../secrets/redact.ts";
import { type Embedder, spaceOf, type VectorSpace } from "./embedder.ts";
import { MemoryError, type VectorIndex } from "./vector-index.ts";

/** What makes texts comparable, and where their vectors are. */
export interface Memory {
  readonly embedder: Embedder;
  readonly index: VectorIndex;
}

/** A memory, and what may be spent on it. */
export interface MemoryMeans extends Memory {
  readonly meter: Meter;
}

/** No agent waits longer for its memory: it works without. */
const MOST_MS = 10_000;
/** Nor does it give more of the time it has left. */
const SHARE = 0.5;
/** Characters of a text that decide what it is like. */
const LONGEST_TEXT = 8_000;

/** Milliseconds that one call of the memory may take. @throws MemoryError when there is no time */
export function patience(meter: Meter): number {
  const milliseconds = Math.floor(Math.min(MOST_MS, meter.remaining().milliseconds * SHARE));
  if (milliseconds > 0) return milliseconds;
  throw unavailable("no time is left for it");
}

/**
 * Vectors of texts, within what is left of budget and time. What looks like a credential stays out.
 * @throws ModelError, MemoryError
 */
export async function vectorsOf(
  { embedder, meter }: Pick<MemoryMeans, "embedder" | "meter">,
  texts: readonly [string, ...string[]],
): Promise<{ readonly space: VectorSpace; readonly vectors: readonly Float32Array[] }> {
  const price = embedder.inputUsd === undefined ? undefined : { inputUsd: embedder.inputUsd, outputUsd: 0 };
  if (!isKnown(price)) throw unavailable(`the price of ${embedder.name} is unknown, so it was not asked`);
  const said = texts.map((text) => excerpt(redact(text), LONGEST_TEXT));
  const worst = { inputTokens: embedder.inputUsd === 0 ? 0 : tokensAtMost(...said), outputTokens: 0 };
  const charge = { worst, price, meter };
  if (!isAffordable(charge)) throw unavailable(`the budget does not allow asking ${embedder.name}`);
  const { vectors } = await metered(() => embedder.embed(said, patience(meter)), charge);
  const [first = new Float32Array()] = vectors;
  const space = spaceOf(embedder, first);
  if (vectors.length === texts.length && vectors.every(({ length }) => length === first.length))
    return { space, vectors };
  throw unavailable(`${embedder.name} gave vectors that are not of one dimension`);
}

/** Runs work of the memory; where it cannot be had the agent goes on without, and `otherwise` is told why. */
export async function unlessUnavailable<Result>(
  work: () => Promise<Result>,
  otherwise: (why: string) => Result,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ModelError || error instanceof MemoryError || error instanceof RangeError))
      throw error;
    return otherwise(redact(error.message));
  }
}

function unavailable(why: string): MemoryError {
  return new MemoryError("MemoryUnavailable", why);
}
