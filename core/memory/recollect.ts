import * as z from "zod";
import { artifactText } from "../artifacts/text.ts";
import { ArtifactError, type ArtifactStore } from "../ports.ts";
import { redact } from "../secrets/redact.ts";
import { type MemoryMeans, patience, unlessUnavailable, vectorsOf } from "./memory-means.ts";
import type { Precedent } from "./remembered.ts";
import type { Neighbour, Remembered } from "./vector-index.ts";

export interface Recollection {
  readonly precedents: readonly Precedent[];
  readonly comparedBy: string;
  /** Why there is less than there might be. */
  readonly note?: string;
}

export interface Asked {
  readonly text: string;
  readonly limit: number;
  /** The asking execution, which is no precedent of itself. */
  readonly executionId: string;
}

type Artifacts = Pick<ArtifactStore, "get">;

/**
 * The earlier plans, retrospectives and runbooks that are most like a text. What is told of each is read from its
 * artifact, whose hash is checked: the index only says where to look. A memory that cannot be asked is told of, and
 * fails nobody.
 */
export async function recollect(
  means: MemoryMeans,
  artifacts: Artifacts,
  { text, limit, executionId }: Asked,
): Promise<Recollection> {
  const { embedder, index, meter } = means;
  const comparedBy = embedder.label;
  const search = async () => {
    const { space, vectors } = await vectorsOf(means, [text]);
    const [vector = new Float32Array()] = vectors;
    const nearness = { limit, least: embedder.related, without: executionId, timeoutMs: patience(meter) };
    const { neighbours, complete } = await index.nearest(space, vector, nearness);
    const found = await Promise.all(neighbours.map((neighbour) => precedentOf(neighbour, artifacts)));
    const precedents = found.filter((one) => one !== undefined);
    const notes = [
      ...(complete ? [] : ["only the newest entries were compared"]),
      ...(precedents.length < found.length ? ["an entry whose artifact cannot be read was left out"] : []),
    ];
    return { precedents, comparedBy, ...(notes.length > 0 && { note: notes.join("; ") }) };
  };
  return await unlessUnavailable<Recollection>(search, (why) => ({ precedents: [], comparedBy, note: why }));
}

const SIMILARITY_DIGITS = 2;

async function precedentOf(
  { remembered, similarity }: Neighbour,
  artifacts: Artifacts,
): Promise<Precedent | undefined> {
  const summary = await summaryOf(remembered, artifacts);
  if (summary === undefined) return undefined;
  const { kind, environment, stack, executionId, at, outcome, artifact } = remembered;
  const about = { kind, environment, stack, executionId, at, outcome, artifact };
  return { ...about, summary: redact(summary), similarity: Number(similarity.toFixed(SIMILARITY_DIGITS)) };
}

const summarised = z.looseObject({ summary: z.string() });

/** Undefined when the artifact is gone, is not what its hash says, or has no summary. */
async function summaryOf({ kind, artifact }: Remembered, artifacts: Artifacts): Promise<string | undefined> {
  try {
    const content = await artifactText(artifacts, artifact.sha256);
    // A runbook is a document, whose heading says of what.
    if (kind === "runbook") return /^# (.+)$/m.exec(content)?.[1];
    return summarised.safeParse(JSON.parse(content)).data?.summary;
  } catch (error) {
    if (error instanceof ArtifactError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
