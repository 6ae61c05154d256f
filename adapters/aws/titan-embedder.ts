import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import * as z from "zod";
import { jsonIn } from "../../core/json.ts";
import type { Embedder } from "../../core/memory/embedder.ts";
import { ModelError } from "../../core/model/model.ts";
import { askBedrock, bedrockClient } from "./bedrock.ts";
import type { AwsPlace } from "./clients.ts";

/** Titan offers 256, 512 and 1,024; by AWS's own measure 512 keep 99 % of the accuracy of 1,024. */
const DIMENSIONS = 512;
/** Texts of a batch that are under way at once. */
const AT_ONCE = 3;

const reply = z.looseObject({
  embedding: z.array(z.number()).length(DIMENSIONS),
  inputTextTokenCount: z.number(),
});

type Reply = z.output<typeof reply>;

export interface TitanOptions {
  readonly place: AwsPlace;
  /** `amazon.titan-embed-text-v2:0`. */
  readonly modelId: string;
  readonly inputUsd: number | undefined;
}

/** Titan Text Embeddings of Bedrock's, which takes one text a call. */
export function titanEmbedder({ place, modelId, inputUsd }: TitanOptions): Embedder {
  const name = `bedrock:${modelId}`;
  return {
    name,
    label: `embeddings of ${name}`,
    inputUsd,
    related: 0.3,
    embed: async (texts, timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      const done: Reply[] = [];
      for (let i = 0; i < texts.length; i += AT_ONCE) {
        const left = Math.max(1, deadline - Date.now());
        const some = texts.slice(i, i + AT_ONCE).map((text) => embedOne({ place, modelId }, text, left));
        const settled = await Promise.allSettled(some);
        done.push(...settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
        const failed = settled.find((one) => one.status === "rejected");
        if (failed) throw asFailureOfAll(failed.reason, done);
      }
      return {
        vectors: done.map(({ embedding }) => Float32Array.from(embedding)),
        inputTokens: done.reduce((sum, { inputTextTokenCount }) => sum + inputTextTokenCount, 0),
        outputTokens: 0,
      };
    },
  };
}

/** What was embedded before one text failed was charged for, too. */
function asFailureOfAll(error: unknown, done: readonly Reply[]): unknown {
  if (!(error instanceof ModelError) || done.length === 0) return error;
  return new ModelError(error.name, error.message, { taken: "unknown", cause: error });
}

async function embedOne(
  { place, modelId }: Pick<TitanOptions, "place" | "modelId">,
  text: string,
  timeoutMs: number,
): Promise<Reply> {
  const client = bedrockClient(place);
  const what = `asking ${modelId} of Bedrock for a vector`;
  const command = new InvokeModelCommand({
    modelId,
    contentType: "application/json",
    accept: "application/json",
    body: JSON.stringify({ inputText: text, dimensions: DIMENSIONS, normalize: true }),
  });
  const { body } = await askBedrock(command, (options) => client.send(command, options), { what, timeoutMs });
  const parsed = reply.safeParse(jsonIn(new TextDecoder().decode(body)));
  if (parsed.success) return parsed.data;
  throw new ModelError("ModelUnavailable", `${what}: what came is no vector`, { taken: "unknown" });
}
