import * as z from "zod";
import { tokensAtMost } from "../../core/model/metered.ts";
import {
  ModelError,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
} from "../../core/model/model.ts";
import { postJson } from "./post-json.ts";

/** It runs on one's own machine, so its tokens cost nothing; they are counted all the same. */
export const LOCAL_PRICE = { inputUsd: 0, outputUsd: 0 } as const;

/** The context is taken in steps: Ollama loads the model anew for each other size. */
const CONTEXT_STEP = 2_048;

const chatReply = z.looseObject({
  message: z.looseObject({ content: z.string() }),
  done: z.literal(true),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
});

/** A model of an Ollama server. */
export function ollamaModel(model: string, server: string): ModelProvider {
  return {
    name: `ollama:${model}`,
    price: LOCAL_PRICE,
    complete: async (request) => {
      const json = await postJson({
        url: `${server}/api/chat`,
        body: chatBody(model, request),
        what: `asking ollama:${model} at ${server}`,
        timeoutMs: request.timeoutMs,
      });
      return replyOf(json, model);
    },
  };
}

function chatBody(model: string, { system, prompt, maxOutputTokens }: ModelRequest): object {
  const tokens = tokensAtMost(system, prompt) + maxOutputTokens;
  return {
    model,
    messages: [
      { role: "system", content: system },
      { role: "user", content: prompt },
    ],
    stream: false,
    format: "json",
    // Without a size of its own, Ollama cuts the beginning off what does not fit, and says nothing.
    options: { num_predict: maxOutputTokens, num_ctx: Math.ceil(tokens / CONTEXT_STEP) * CONTEXT_STEP },
  };
}

function replyOf(json: unknown, model: string): ModelReply {
  const parsed = chatReply.safeParse(json);
  if (!parsed.success) {
    throw new ModelError("ModelUnavailable", `ollama:${model} answered with something that is no reply`, {
      taken: "unknown",
    });
  }
  const { message, done_reason, prompt_eval_count, eval_count } = parsed.data;
  return {
    text: message.content,
    inputTokens: prompt_eval_count ?? Number.NaN,
    outputTokens: eval_count ?? Number.NaN,
    cutOff: done_reason === "length",
  };
}
