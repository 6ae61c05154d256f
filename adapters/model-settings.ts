import * as z from "zod";
import { InputError, parseInput } from "../core/artifacts/parse.ts";
import type { ModelPrice } from "../core/model/model.ts";
import type { AwsPlace } from "./aws/clients.ts";

/** Environment variables, or what stands for them. */
export type Variables = Readonly<Record<string, string | undefined>>;

const OLLAMA_PORT = 11434;

/** Ollama's own variable, which may lack the scheme and the port. @throws InputError */
export function ollamaServer(variables: Variables): string {
  const host = variables["OLLAMA_HOST"] || `http://127.0.0.1:${OLLAMA_PORT}`;
  if (host.includes("://")) return httpUrl(host, "OLLAMA_HOST");
  return httpUrl(`http://${host}${/:\d+$/.test(host) ? "" : `:${OLLAMA_PORT}`}`, "OLLAMA_HOST");
}

/** @throws InputError */
export function httpUrl(text: string, variable: string): string {
  const protocol = URL.parse(text)?.protocol;
  if (protocol !== "http:" && protocol !== "https:") {
    throw new InputError("InvalidInput", `${variable} is ${JSON.stringify(text)}, which is no address`);
  }
  return text.replace(/\/+$/, "");
}

/** Where Bedrock is asked: not every region has every model, so it may be another than the rest's. @throws InputError */
export async function bedrockPlace(variables: Variables, traced?: AwsPlace["traced"]): Promise<AwsPlace> {
  const region =
    variables["AGENT_MODEL_REGION"] || variables["AWS_REGION"] || variables["AWS_DEFAULT_REGION"];
  if (!region) {
    throw new InputError(
      "InvalidInput",
      "no region is set to ask Bedrock in; set AGENT_MODEL_REGION or AWS_REGION",
    );
  }
  const { placeFrom } = await import("./aws/clients.ts");
  // The SDK's own variable for this service alone: an emulator of the rest seldom has models.
  const endpoint = variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] || variables["AWS_ENDPOINT_URL"];
  const place = placeFrom({ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint });
  return traced ? { ...place, traced } : place;
}

/** `identifier:version`; the identifier may be an ARN. @throws InputError */
export function guardrailIn(variables: Variables) {
  const value = variables["AGENT_MODEL_GUARDRAIL"];
  if (!value) return undefined;
  const [, identifier, version] = /^(.+):(\d+|DRAFT)$/.exec(value) ?? [];
  if (identifier && version) return { identifier, version };
  throw new InputError(
    "InvalidInput",
    `AGENT_MODEL_GUARDRAIL is ${JSON.stringify(value)}; it is the guardrail's id or ARN, a colon and a version`,
  );
}

const statedPrices = z.record(
  z.string(),
  z.strictObject({ inputUsd: z.number().nonnegative(), outputUsd: z.number().nonnegative() }),
);

/** What somebody says that a model costs, where the price sheet does not know it or knows it otherwise. @throws InputError */
export function statedPrice(model: string, variables: Variables): ModelPrice | undefined {
  const text = variables["AGENT_MODEL_PRICES"];
  if (!text) return undefined;
  const prices = parseInput(statedPrices, jsonIn(text), "AGENT_MODEL_PRICES");
  return Object.hasOwn(prices, model) ? prices[model] : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(
      "InvalidInput",
      'AGENT_MODEL_PRICES is no JSON; it is {"dify:flows":{"inputUsd":3,"outputUsd":15}}, in dollars for a million tokens',
    );
  }
}
