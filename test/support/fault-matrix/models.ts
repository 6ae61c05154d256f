import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bedrockModel } from "../../../adapters/aws/bedrock-model.ts";
import type { AwsPlace } from "../../../adapters/aws/clients.ts";
import { difyModel } from "../../../adapters/http/dify-model.ts";
import { ollamaModel } from "../../../adapters/http/ollama-model.ts";
import type { ModelProvider } from "../../../core/model/model.ts";
import { Secret } from "../../../core/secrets/secret-store.ts";
import { FaultProxy } from "../fault-proxy.ts";
import { http2Bridge } from "../http2-bridge.ts";
import { PRICE } from "../models.ts";
import type { PortOnTrial } from "./trial.ts";

const REQUEST = { system: "You plan.", prompt: "hello", maxOutputTokens: 100 };

interface Served {
  readonly url: string;
  /** A line for each reply, which is charged for. */
  readonly replies: string[];
  gone: boolean;
  readonly server: Server;
}

interface Said {
  readonly body: object;
  readonly head?: Readonly<Record<string, string>>;
}

/** A model's server as it answers, and as it does where the model is gone. */
interface Speech {
  readonly reply: Said;
  readonly missing: Said;
}

async function serve({ reply, missing }: Speech): Promise<Served> {
  const server = createServer((asked, answer) => {
    asked.resume().on("end", () => {
      if (!served.gone) served.replies.push("reply");
      const { body, head = {} } = served.gone ? missing : reply;
      answer
        .writeHead(served.gone ? 404 : 200, { ...head, "content-type": "application/json" })
        .end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served: Served = { url, replies: [], gone: false, server };
  return served;
}

interface Model extends Speech {
  readonly adapter: string;
  readonly on: string;
  /** Bedrock is asked over HTTP/2. */
  readonly http2?: boolean;
  provider(place: AwsPlace & { readonly endpoint: string }): ModelProvider;
}

function onTrial({ adapter, on, http2, provider, ...speech }: Model): PortOnTrial {
  return {
    ...(http2 ? {} : { answers: ANSWERS }),
    port: "models",
    adapter,
    does: "asks a model",
    on,
    worksOn: "model",
    doubles: "a lost reply is settled as the most it can have cost",
    async open(moto, patience) {
      const served = await serve(speech);
      const proxy = await FaultProxy.before(served.url);
      const bridge = http2 ? await http2Bridge(proxy.endpoint) : undefined;
      const endpoint = bridge?.url ?? proxy.endpoint;
      const model = provider({ ...moto.place({ patience }), endpoint });
      return {
        proxy,
        call: () => model.complete({ ...REQUEST, timeoutMs: patience.requestMs }),
        there: () => Promise.resolve([...served.replies]),
        vanish: async () => {
          served.gone = true;
        },
        end: () => {
          bridge?.end();
          served.server.closeAllConnections();
          served.server.close();
        },
      };
    },
  };
}

/** As services say it in plain HTTP. */
const ANSWERS: NonNullable<PortOnTrial["answers"]> = {
  throttled: { status: 429, code: "too_many_requests", message: "Try again later." },
  "quota-used-up": { status: 429, code: "quota_exceeded", message: "The quota of this month is used up." },
  "credentials-expired": { status: 401, code: "unauthorized", message: "The key is no longer valid." },
  "access-denied": { status: 403, code: "forbidden", message: "This key may not do that." },
};

export const MODELS: readonly PortOnTrial[] = [
  onTrial({
    adapter: "Bedrock Converse",
    on: "POST /model/small/converse",
    http2: true,
    provider: (place) => bedrockModel({ place, modelId: "small", price: PRICE }),
    reply: {
      body: {
        output: { message: { role: "assistant", content: [{ text: "hello" }] } },
        stopReason: "end_turn",
        usage: { inputTokens: 30, outputTokens: 12, totalTokens: 42 },
        metrics: { latencyMs: 5 },
      },
    },
    missing: {
      head: { "x-amzn-errortype": "ResourceNotFoundException" },
      body: { message: "The model is not to be found." },
    },
  }),
  onTrial({
    adapter: "Ollama",
    on: "POST /api/chat",
    provider: ({ endpoint }) => ollamaModel("small", endpoint),
    reply: {
      body: {
        message: { role: "assistant", content: "hello" },
        done: true,
        done_reason: "stop",
        prompt_eval_count: 30,
        eval_count: 12,
      },
    },
    missing: { body: { error: "model 'small' not found" } },
  }),
  onTrial({
    adapter: "Dify",
    on: "POST /v1/workflows/run",
    provider: ({ endpoint }) =>
      difyModel({
        app: "flows",
        server: `${endpoint}/v1`,
        key: () => Promise.resolve(new Secret("app-key")),
        price: PRICE,
      }),
    reply: { body: { data: { status: "succeeded", outputs: { text: "hello" }, total_tokens: 42 } } },
    missing: { body: { code: "not_found", message: "The workflow is not to be found.", status: 404 } },
  }),
];
