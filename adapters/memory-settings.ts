import { InputError } from "../core/artifacts/parse.ts";
import type { Clock } from "../core/clock.ts";
import type { Embedder } from "../core/memory/embedder.ts";
import type { Memory } from "../core/memory/memory-means.ts";
import type { VectorIndex } from "../core/memory/vector-index.ts";
import type { AwsPlace } from "./aws/clients.ts";
import { bedrockPlace, ollamaServer, statedPrice, type Variables } from "./model-settings.ts";

export interface MemoryOptions {
  readonly clock: Pick<Clock, "now">;
  /** Wraps each client of AWS's as it is made. */
  readonly traced?: AwsPlace["traced"];
}

/**
 * The memory that variables tell of. What they leave out is the workspace's own: texts compared by the words they share,
 * vectors in its table.
 * @throws InputError
 */
export async function memoryFrom(variables: Variables, options: MemoryOptions): Promise<Partial<Memory>> {
  const embedder = await embedderFrom(variables, options);
  const index = await indexFrom(variables, options);
  return { ...(embedder && { embedder }), ...(index && { index }) };
}

async function embedderFrom(variables: Variables, { traced }: MemoryOptions): Promise<Embedder | undefined> {
  const value = variables["AGENT_MODEL_EMBEDDING"];
  if (!value) return undefined;
  const [provider, ...rest] = value.split(":");
  const model = rest.join(":");
  if (provider === "ollama" && model !== "") {
    const { ollamaEmbedder } = await import("./http/ollama-embedder.ts");
    return ollamaEmbedder(model, ollamaServer(variables));
  }
  if (provider === "bedrock" && model.includes("amazon.titan-embed-text-v2")) {
    const place = await bedrockPlace(variables, traced);
    const [{ titanEmbedder }, { bedrockInputPrice }] = await Promise.all([
      import("./aws/titan-embedder.ts"),
      import("../core/model/price.ts"),
    ]);
    const stated = statedPrice(value, variables)?.inputUsd;
    return titanEmbedder({
      place,
      modelId: model,
      inputUsd: stated ?? bedrockInputPrice(model, place.region),
    });
  }
  throw new InputError(
    "InvalidInput",
    `AGENT_MODEL_EMBEDDING is ${JSON.stringify(value)}; known are bedrock:amazon.titan-embed-text-v2:0 and ollama:<model>: leave it unset to compare texts by the words they share`,
  );
}

async function indexFrom(
  variables: Variables,
  { clock, traced }: MemoryOptions,
): Promise<VectorIndex | undefined> {
  const clusterArn = variables["AGENT_MESH_MEMORY_CLUSTER_ARN"];
  if (!clusterArn) return undefined;
  const secretArn = variables["AGENT_MESH_MEMORY_SECRET_ARN"];
  if (!secretArn) {
    throw new InputError(
      "InvalidInput",
      "AGENT_MESH_MEMORY_CLUSTER_ARN is set and AGENT_MESH_MEMORY_SECRET_ARN is not; both name the database, or neither",
    );
  }
  const [{ PgvectorMemory }, { placeFrom }] = await Promise.all([
    import("./aws/pgvector-memory.ts"),
    import("./aws/clients.ts"),
  ]);
  const place = placeFrom(variables);
  const database = variables["AGENT_MESH_MEMORY_DATABASE"] || "memory";
  const api = { place: traced ? { ...place, traced } : place, clusterArn, secretArn, database };
  return new PgvectorMemory(api, clock);
}
