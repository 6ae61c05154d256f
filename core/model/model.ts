import { NamedError } from "../errors.ts";

export interface ModelRequest {
  readonly system: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
  readonly signal?: AbortSignal;
}

export interface ModelReply {
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

export class ModelError extends NamedError<"ModelUnavailable" | "ModelThrottled" | "ModelTimeout"> {}

/** One configured model. */
export interface ModelProvider {
  /** As configured: `bedrock:claude-…`, `ollama:llama3.1`. */
  readonly name: string;
  /** Undefined when nobody knows it; such a model is not called (law 4). */
  readonly price: ModelPrice | undefined;
  /** @throws ModelError */
  complete(request: ModelRequest): Promise<ModelReply>;
}
