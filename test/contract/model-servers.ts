import { bedrockModel, type Guardrail } from "../../adapters/aws/bedrock-model.ts";
import { difyModel } from "../../adapters/http/dify-model.ts";
import { ollamaModel } from "../../adapters/http/ollama-model.ts";
import type { ModelProvider, ModelUsage } from "../../core/model/model.ts";
import { Secret } from "../../core/secrets/secret-store.ts";
import { PRICE } from "../support/models.ts";
import { type Reply, type ScriptedServer, scriptedServer } from "../support/scripted-server.ts";

/** One provider with a server that speaks its protocol. */
export interface Speaker {
  readonly name: string;
  readonly http2?: boolean;
  provider(server: ScriptedServer): ModelProvider;
  reply(text: string, usage?: ModelUsage): Reply;
  /** A reply that stopped at the limit; undefined where the protocol does not tell. */
  cutOff?(text: string): Reply;
  throttled: Reply;
  broken: Reply;
  refused: Reply;
  /** A reply of the protocol's form with nothing in it. */
  empty: Reply;
  /** Tokens of a reply that counts 30 in and 12 out. */
  readonly counted: ModelUsage;
}

const MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

/** An error as a service of AWS's words it in JSON. */
export function awsError(name: string, status: number, message: string): Reply {
  return { status, headers: { "x-amzn-errortype": name }, body: { message } };
}

export function converseReply(more: object = {}): Reply {
  return {
    body: {
      output: { message: { role: "assistant", content: [{ text: "hello" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 30, outputTokens: 12, totalTokens: 42 },
      metrics: { latencyMs: 5 },
      ...more,
    },
  };
}

export function bedrockOn({ url }: ScriptedServer, guardrail?: Guardrail, attempts = 2): ModelProvider {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const place = { region: "eu-west-1", endpoint: url, credentials, patience: { attempts } };
  return bedrockModel({ place, modelId: MODEL, price: PRICE, guardrail });
}

const bedrock: Speaker = {
  name: "Bedrock",
  http2: true,
  provider: (server) => bedrockOn(server),
  reply: (text, { inputTokens, outputTokens } = { inputTokens: 30, outputTokens: 12 }) =>
    converseReply({
      output: { message: { role: "assistant", content: [{ text }] } },
      usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    }),
  cutOff: (text) =>
    converseReply({
      output: { message: { role: "assistant", content: [{ text }] } },
      stopReason: "max_tokens",
    }),
  throttled: awsError("ThrottlingException", 429, "Too many requests, please wait before trying again."),
  broken: awsError("InternalServerException", 500, "The system encountered an unexpected error"),
  refused: awsError("ValidationException", 400, "The provided model identifier is invalid."),
  empty: { body: {} },
  counted: { inputTokens: 30, outputTokens: 12 },
};

const ollama: Speaker = {
  name: "Ollama",
  provider: ({ url }) => ollamaModel("llama3.1", url),
  reply: (text, usage = { inputTokens: 30, outputTokens: 12 }) => ollamaReply(text, "stop", usage),
  cutOff: (text) => ollamaReply(text, "length"),
  throttled: { status: 429, body: { error: "too many requests" } },
  broken: { status: 500, body: { error: "llama runner process has terminated" } },
  refused: { status: 404, body: { error: "model 'llama3.1' not found" } },
  empty: { body: { done: true } },
  counted: { inputTokens: 30, outputTokens: 12 },
};

export function ollamaReply(text: string, done_reason: string, usage?: ModelUsage): Reply {
  const counts = usage && { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens };
  return {
    body: {
      model: "llama3.1",
      created_at: "2026-01-05T09:00:00Z",
      message: { role: "assistant", content: text },
      done: true,
      done_reason,
      total_duration: 5_000_000,
      ...counts,
    },
  };
}

export function difyOn(server: ScriptedServer, app: "flows" | "chat", price = PRICE): ModelProvider {
  return difyModel({
    app,
    server: `${server.url}/v1`,
    key: () => Promise.resolve(new Secret("app-key")),
    price,
  });
}

export function workflowReply(more: object = {}): Reply {
  return {
    body: {
      workflow_run_id: "3c90c3cc-0d44-4b50-8888-8dd25736052a",
      task_id: "f1f0e4a4-8d52-4f8f-8c5e-1a2b3c4d5e6f",
      data: {
        id: "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        workflow_id: "7c3e33d4-2a8b-4e5f-9b1a-d3c6e8f12345",
        status: "succeeded",
        outputs: { text: "hello" },
        error: null,
        elapsed_time: 1.2,
        total_tokens: 42,
        total_steps: 3,
        created_at: 1_767_603_600,
        finished_at: 1_767_603_601,
        ...more,
      },
    },
  };
}

const DIFY_REFUSALS = {
  throttled: { status: 429, body: { code: "too_many_requests", message: "Too many requests", status: 429 } },
  broken: { status: 500, body: { code: "internal_server_error", message: "Internal error", status: 500 } },
  refused: { status: 401, body: { code: "unauthorized", message: "Access token is invalid", status: 401 } },
} as const satisfies Record<string, Reply>;

const flows: Speaker = {
  name: "a workflow of Dify",
  provider: (server) => difyOn(server, "flows"),
  reply: (text, { inputTokens, outputTokens } = { inputTokens: 30, outputTokens: 12 }) =>
    workflowReply({ outputs: { text }, total_tokens: inputTokens + outputTokens }),
  ...DIFY_REFUSALS,
  empty: { body: {} },
  // Dify counts a workflow's tokens together, so all of them are charged as the dearer ones.
  counted: { inputTokens: 0, outputTokens: 42 },
};

const chat: Speaker = {
  name: "a chat of Dify",
  provider: (server) => difyOn(server, "chat"),
  reply: (answer, { inputTokens, outputTokens } = { inputTokens: 30, outputTokens: 12 }) => ({
    body: {
      event: "message",
      message_id: "9da23599-e713-473b-982c-4328d4f5c78a",
      conversation_id: "45701982-8118-4bc5-8e9b-64562b4555f2",
      mode: "chat",
      answer,
      metadata: {
        usage: {
          prompt_tokens: inputTokens,
          completion_tokens: outputTokens,
          total_tokens: inputTokens + outputTokens,
          total_price: "0.0001",
          currency: "USD",
        },
        retriever_resources: [],
      },
      created_at: 1_767_603_600,
    },
  }),
  ...DIFY_REFUSALS,
  empty: { body: {} },
  counted: { inputTokens: 30, outputTokens: 12 },
};

export const SPEAKERS: readonly Speaker[] = [bedrock, ollama, flows, chat];

/** A provider with its server, for one test. */
export async function speaking(
  speaker: Speaker,
): Promise<{ provider: ModelProvider; server: ScriptedServer }> {
  const server = await scriptedServer({ http2: speaker.http2 ?? false });
  return { provider: speaker.provider(server), server };
}
