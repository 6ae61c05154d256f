import {
  ModelError,
  type ModelPrice,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
} from "../../core/model/model.ts";
import type { TestClock } from "./clock.ts";

export const PRICE: ModelPrice = { inputUsd: 2, outputUsd: 10 };

export interface Scripted extends ModelProvider {
  readonly asked: ModelRequest[];
}

/** A model that gives these replies one after the other, and writes down what it was asked. */
export function model(
  replies: readonly (string | Error | Partial<ModelReply>)[],
  { name = "test:model", price }: { name?: string; price?: ModelPrice | undefined } = { price: PRICE },
): Scripted {
  const asked: ModelRequest[] = [];
  const waiting = [...replies];
  return {
    name,
    price,
    asked,
    complete: (request) => {
      asked.push(request);
      const reply = waiting.shift() ?? new Error("asked too often");
      if (reply instanceof Error) return Promise.reject(reply);
      const given = typeof reply === "string" ? { text: reply } : reply;
      return Promise.resolve({ text: "", inputTokens: 100, outputTokens: 10, ...given });
    },
  };
}

/** A model that never answers, in the test's time: it ends when the time that it was given is over. */
export function hanging(clock: Pick<TestClock, "advance">, name = "test:hanging"): Scripted {
  const asked: ModelRequest[] = [];
  return {
    name,
    price: PRICE,
    asked,
    complete: (request) => {
      asked.push(request);
      clock.advance(request.timeoutMs);
      return Promise.reject(new ModelError("ModelTimeout", "no answer came", { taken: "unknown" }));
    },
  };
}
