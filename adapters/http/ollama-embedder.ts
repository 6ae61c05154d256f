import * as z from "zod";
import type { Embedder } from "../../core/memory/embedder.ts";
import { ModelError } from "../../core/model/model.ts";
import { LOCAL_PRICE } from "./ollama-model.ts";
import { postJson } from "./post-json.ts";

const reply = z.looseObject({
  embeddings: z.array(z.array(z.number()).min(1)),
  prompt_eval_count: z.number().optional(),
});

/** An embedding model of an Ollama server. */
export function ollamaEmbedder(model: string, server: string): Embedder {
  const name = `ollama:${model}`;
  return {
    name,
    label: `embeddings of ${name}`,
    inputUsd: LOCAL_PRICE.inputUsd,
    related: 0.5,
    embed: async (texts, timeoutMs) => {
      const what = `asking ${name} at ${server} for vectors`;
      const body = { model, input: texts, truncate: true };
      const json = await postJson({ url: `${server}/api/embed`, body, what, timeoutMs });
      const parsed = reply.safeParse(json);
      const vectors = parsed.data?.embeddings ?? [];
      if (vectors.length !== texts.length) {
        throw new ModelError("ModelUnavailable", `${what}: what came is not one vector for each text`, {
          taken: "unknown",
        });
      }
      return {
        vectors: vectors.map((vector) => Float32Array.from(vector)),
        inputTokens: parsed.data?.prompt_eval_count ?? Number.NaN,
        outputTokens: 0,
      };
    },
  };
}
