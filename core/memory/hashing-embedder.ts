import type { Embedder } from "./embedder.ts";

const DIMENSIONS = 256;
/** A pair of neighbouring words counts less than the words themselves. */
const PAIR_WEIGHT = 0.5;
/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Words in nearly every text say nothing of what it is about. */
const COMMON = new Set(
  "a an and are as at be by for from has have in is it of on or our that the this to was we were with".split(
    " ",
  ),
);

/**
 * Near are texts that share words; it knows nothing of what words mean. What there is without an embedding model, and
 * the same on every machine.
 */
export const hashingEmbedder: Embedder = {
  name: "hashing:words-1",
  label: "shared words (no embedding model is configured)",
  inputUsd: 0,
  related: 0.25,
  embed: (texts) => Promise.resolve({ vectors: texts.map(vectorOf), inputTokens: 0, outputTokens: 0 }),
};

function vectorOf(text: string): Float32Array {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !COMMON.has(word));
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number) => weights.set(feature, (weights.get(feature) ?? 0) + weight);
  for (const [index, word] of words.entries()) {
    add(word, 1);
    const next = words[index + 1];
    if (next !== undefined) add(`${word} ${next}`, PAIR_WEIGHT);
  }
  const vector = new Float32Array(DIMENSIONS);
  for (const [feature, weight] of weights) {
    const hash = fnv(feature);
    // The highest bit gives the sign, so that features that fall together cancel out as often as they add up.
    const sign = hash >>> 31 === 0 ? 1 : -1;
    const place = hash % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + sign * Math.sqrt(weight);
  }
  return vector;
}

function fnv(text: string): number {
  let hash = FNV_BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}
