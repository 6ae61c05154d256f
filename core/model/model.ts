import { NamedError } from "../errors.ts";

export interface ModelRequest {
  readonly system: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
  /** The call ends within this time, whatever becomes of it: a provider that hangs is a ModelTimeout. */
  readonly timeoutMs: number;
}

/** Tokens as the provider counts them. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ModelReply extends ModelUsage {
  readonly text: string;
  /** It ended at `maxOutputTokens`, in the middle of whatever it was saying. */
  readonly cutOff?: boolean;
}

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

export const MODEL_ERRORS = [
  /** Out of reach, in trouble, or not to be understood. */
  "ModelUnavailable",
  "ModelThrottled",
  "ModelTimeout",
  /** It will not answer as things are: a wrong name, a missing permission, a filter of its own. */
  "ModelRefused",
  /** A guardrail stopped the prompt or the reply, so no other model is asked the same. */
  "GuardrailIntervened",
] as const;

export type ModelErrorName = (typeof MODEL_ERRORS)[number];

/** What a failed call took all the same. `unknown`: it may have been charged for, and nobody says. */
export type Taken = "nothing" | "unknown" | ModelUsage;

export class ModelError extends NamedError<ModelErrorName> {
  readonly taken: Taken;

  constructor(
    name: ModelErrorName,
    message: string,
    { taken = "nothing", ...options }: ErrorOptions & { readonly taken?: Taken } = {},
  ) {
    super(name, message, options);
    this.taken = taken;
  }
}

/** One configured model. */
export interface ModelProvider {
  /** As configured: `bedrock:claude-…`, `ollama:llama3.1`. */
  readonly name: string;
  /** Undefined when nobody knows it; such a model is not called (law 4). */
  readonly price: ModelPrice | undefined;
  /** @throws ModelError */
  complete(request: ModelRequest): Promise<ModelReply>;
}
