import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import {
  ModelError,
  type ModelPrice,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  type ModelUsage,
} from "../../core/model/model.ts";
import { askBedrock, bedrockClient } from "./bedrock.ts";
import type { AwsPlace } from "./clients.ts";

/** A guardrail of Bedrock's that reads every prompt and every reply. */
export interface Guardrail {
  readonly identifier: string;
  /** A number, or `DRAFT`. */
  readonly version: string;
}

export interface BedrockModelOptions {
  readonly place: AwsPlace;
  /** A model, or an inference profile, by id or ARN. */
  readonly modelId: string;
  readonly price: ModelPrice | undefined;
  readonly guardrail?: Guardrail | undefined;
}

/** A model of Bedrock's, asked through Converse. It is asked for JSON in words: not every model can be made to use a tool. */
export function bedrockModel({ place, modelId, price, guardrail }: BedrockModelOptions): ModelProvider {
  const client = bedrockClient(place);
  return {
    name: `bedrock:${modelId}`,
    price,
    complete: async (request) => {
      const output = await converse(client, inputOf(modelId, request, guardrail), request.timeoutMs);
      return replyOf(output, modelId);
    },
  };
}

async function converse(
  client: BedrockRuntimeClient,
  input: ConverseCommandInput,
  timeoutMs: number,
): Promise<ConverseCommandOutput> {
  const command = new ConverseCommand(input);
  const what = `asking ${input.modelId} of Bedrock`;
  return await askBedrock(command, (options) => client.send(command, options), { what, timeoutMs });
}

function inputOf(
  modelId: string,
  { system, prompt, maxOutputTokens }: ModelRequest,
  guardrail: Guardrail | undefined,
): ConverseCommandInput {
  return {
    modelId,
    system: [{ text: system }],
    messages: [{ role: "user", content: [{ text: prompt }] }],
    inferenceConfig: { maxTokens: maxOutputTokens },
    ...(guardrail && {
      guardrailConfig: { guardrailIdentifier: guardrail.identifier, guardrailVersion: guardrail.version },
    }),
  };
}

/** What ended a reply, as Converse names it; anything else is no reply we can use. */
const WHOLE = new Set<string | undefined>(["end_turn", "stop_sequence"]);

function replyOf({ stopReason, output, usage }: ConverseCommandOutput, modelId: string): ModelReply {
  const taken = usageOf(usage);
  if (stopReason === "guardrail_intervened") {
    throw new ModelError(
      "GuardrailIntervened",
      `the guardrail stopped what was to pass between us and ${modelId}; see its trace in Bedrock, or put the goal in other words`,
      { taken },
    );
  }
  if (!WHOLE.has(stopReason) && stopReason !== "max_tokens") {
    throw new ModelError("ModelRefused", `${modelId} ended its reply with ${stopReason}`, { taken });
  }
  // Reasoning and other blocks beside the text are not for us.
  const text = (output?.message?.content ?? []).map((block) => block.text ?? "").join("");
  return { text, ...taken, cutOff: stopReason === "max_tokens" };
}

/** Converse always counts; what it does not count is no number and is charged as the most it can be. */
function usageOf(usage: ConverseCommandOutput["usage"]): ModelUsage {
  return {
    inputTokens: usage?.inputTokens ?? Number.NaN,
    outputTokens: usage?.outputTokens ?? Number.NaN,
  };
}
