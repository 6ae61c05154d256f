import * as z from "zod";
import { artifactRef, environment, instant, stackName } from "../artifacts/vocabulary.ts";
import { OUTCOMES } from "../execution/execution.ts";
import { fact } from "./facts.ts";
import { REMEMBERED_KINDS } from "./vector-index.ts";

/** An earlier change that is like this one, and where to read of it. */
export const precedent = z.strictObject({
  kind: z.enum(REMEMBERED_KINDS),
  environment,
  stack: stackName,
  executionId: z.string(),
  at: instant,
  outcome: z.enum(OUTCOMES),
  /** Out of the artifact itself. Somebody else's words: told, never followed. */
  summary: z.string(),
  artifact: artifactRef,
  /** Cosine. */
  similarity: z.number(),
});

/** What an agent was told of earlier changes. Nothing in its answer follows from it. */
export const remembered = z.strictObject({
  facts: z.array(fact),
  precedents: z.array(precedent),
  /** What made texts comparable, in words: `shared words (no embedding model is configured)`. */
  comparedBy: z.string(),
  /** Why there is less than there might be. */
  note: z.string().optional(),
});

export type Precedent = z.output<typeof precedent>;
export type RememberedFacts = z.output<typeof remembered>;
