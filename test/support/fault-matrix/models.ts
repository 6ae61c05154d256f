import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bedrockModel } from "../../../adapters/aws/bedrock-model.ts";
import { FaultProxy } from "../fault-proxy.ts";
import { http2Bridge } from "../http2-bridge.ts";
import { PRICE } from "../models.ts";
import type { PortOnTrial } from "./trial.ts";

const REQUEST = { system: "You plan.", prompt: "hello", maxOutputTokens: 100 };

const REPLY = {
  output: { message: { role: "assistant", content: [{ text: "hello" }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 30, outputTokens: 12, totalTokens: 42 },
  metrics: { latencyMs: 5 },
};

const MISSING = { message: "The model is not to be found." };

interface Bedrock {
  readonly url: string;
  /** A line for each reply, which is charged for. */
  readonly replies: string[];
  gone: boolean;
  readonly server: Server;
}

async function startBedrock(): Promise<Bedrock> {
  const server = createServer((asked, answer) => {
    asked.resume().on("end", () => {
      if (!bedrock.gone) bedrock.replies.push("reply");
      const head = bedrock.gone ? { "x-amzn-errortype": "ResourceNotFoundException" } : {};
      answer
        .writeHead(bedrock.gone ? 404 : 200, { ...head, "content-type": "application/json" })
        .end(JSON.stringify(bedrock.gone ? MISSING : REPLY));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bedrock: Bedrock = { url, replies: [], gone: false, server };
  return bedrock;
}

export const MODELS: PortOnTrial = {
  port: "models",
  adapter: "Bedrock Converse",
  does: "asks a model",
  on: "POST /model/small/converse",
  worksOn: "model",
  doubles: "a lost reply is settled as the most it can have cost",
  async open(moto, patience) {
    const bedrock = await startBedrock();
    const proxy = await FaultProxy.before(bedrock.url);
    const bridge = await http2Bridge(proxy.endpoint);
    const place = moto.place({ endpoint: bridge.url, patience });
    const model = bedrockModel({ place, modelId: "small", price: PRICE });
    return {
      proxy,
      call: () => model.complete({ ...REQUEST, timeoutMs: patience.requestMs }),
      there: () => Promise.resolve([...bedrock.replies]),
      vanish: async () => {
        bedrock.gone = true;
      },
      end: () => {
        bridge.end();
        bedrock.server.closeAllConnections();
        bedrock.server.close();
      },
    };
  },
};
