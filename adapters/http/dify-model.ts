import * as z from "zod";
import {
  ModelError,
  type ModelPrice,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
} from "../../core/model/model.ts";
import type { Secret } from "../../core/secrets/secret-store.ts";
import { postJson } from "./post-json.ts";

/** A workflow that takes `system` and `prompt` and gives `text`, or a chat application. */
export const DIFY_APPS = ["flows", "chat"] as const;
export type DifyApp = (typeof DIFY_APPS)[number];

export interface DifyOptions {
  readonly app: DifyApp;
  /** `https://api.dify.ai/v1`, or one's own. */
  readonly server: string;
  /** The application's key, which also says which application it is; asked for when it is needed. */
  readonly key: () => Promise<Secret>;
  readonly price: ModelPrice | undefined;
}

/** Who asks, as Dify keeps its conversations by user. */
const USER = "conductor";

const workflowRun = z.looseObject({
  data: z.looseObject({
    status: z.string(),
    outputs: z.looseObject({ text: z.string().optional() }).nullish(),
    error: z.string().nullish(),
    total_tokens: z.number().nullish(),
  }),
});

const chatMessage = z.looseObject({
  answer: z.string(),
  metadata: z
    .looseObject({
      usage: z
        .looseObject({ prompt_tokens: z.number().optional(), completion_tokens: z.number().optional() })
        .optional(),
    })
    .optional(),
});

/** An application of Dify's in blocking mode. How long its answers may be, is set in Dify alone. */
export function difyModel({ app, server, key, price }: DifyOptions): ModelProvider {
  const name = `dify:${app}`;
  return {
    name,
    price,
    complete: async (request) => {
      const { path, body } = app === "flows" ? workflowCall(request) : chatCall(request);
      const json = await postJson({
        url: `${server}${path}`,
        headers: { authorization: `Bearer ${(await keyFrom(key)).reveal()}` },
        body: { ...body, response_mode: "blocking", user: USER },
        what: `asking ${name} at ${server}`,
        timeoutMs: request.timeoutMs,
      });
      return app === "flows" ? workflowReply(json, price) : chatReply(json);
    },
  };
}

/** Without a key nothing is asked, and nothing was taken. */
async function keyFrom(key: DifyOptions["key"]): Promise<Secret> {
  try {
    return await key();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ModelError("ModelRefused", `the key of Dify: ${error.message}`, { cause: error });
  }
}

function workflowCall({ system, prompt }: ModelRequest) {
  return { path: "/workflows/run", body: { inputs: { system, prompt } } };
}

function chatCall({ system, prompt }: ModelRequest) {
  return { path: "/chat-messages", body: { inputs: {}, query: `${system}\n\n${prompt}` } };
}

function workflowReply(json: unknown, price: ModelPrice | undefined): ModelReply {
  const { data } = understood(workflowRun, json, "flows");
  const usage = dearest(data.total_tokens ?? Number.NaN, price);
  if (data.status !== "succeeded") {
    const why = `dify:flows: the workflow ${data.status}${data.error ? `: ${data.error}` : ""}`;
    throw new ModelError("ModelUnavailable", why, { taken: usage });
  }
  const text = data.outputs?.text;
  if (text === undefined) {
    const why = "dify:flows: the workflow has no output named text; give it one";
    throw new ModelError("ModelRefused", why, { taken: usage });
  }
  return { text, ...usage };
}

function chatReply(json: unknown): ModelReply {
  const { answer, metadata } = understood(chatMessage, json, "chat");
  return {
    text: answer,
    inputTokens: metadata?.usage?.prompt_tokens ?? Number.NaN,
    outputTokens: metadata?.usage?.completion_tokens ?? Number.NaN,
  };
}

/** A workflow does not tell the tokens it took in from those it gave: all are counted as the dearer ones. */
function dearest(tokens: number, price: ModelPrice | undefined) {
  const inputsAreDearer = price !== undefined && price.inputUsd > price.outputUsd;
  return inputsAreDearer
    ? { inputTokens: tokens, outputTokens: 0 }
    : { inputTokens: 0, outputTokens: tokens };
}

function understood<Schema extends z.ZodType>(schema: Schema, json: unknown, app: DifyApp): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ModelError("ModelUnavailable", `dify:${app} answered with something that is no reply`, {
    taken: "unknown",
  });
}
