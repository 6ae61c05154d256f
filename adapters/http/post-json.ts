import { excerpt } from "../../core/excerpt.ts";
import { jsonIn } from "../../core/json.ts";
import { ModelError } from "../../core/model/model.ts";
import { within } from "../deadline.ts";
import { unsentBecause } from "../unsent.ts";

/** No reply we ask for is nearly as long. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Characters of a server's own words in a message. */
const MOST_WORDS = 300;

export interface Posting {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  /** For messages: `asking ollama:llama3.1 at http://…`. */
  readonly what: string;
  readonly timeoutMs: number;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Posts JSON and reads the JSON that answers it; nothing is sent twice. @throws ModelError */
export async function postJson(posting: Posting): Promise<unknown> {
  const { what, timeoutMs } = posting;
  let answered: Answered;
  try {
    answered = await within(timeoutMs, (signal) => send(posting, signal));
  } catch (error) {
    throw unanswered(error, posting);
  }
  const { status, text } = answered;
  const json = jsonIn(text);
  if (status >= 400) throw refusal(status, wordsIn(json) ?? text, what);
  if (json === undefined) {
    throw new ModelError("ModelUnavailable", `${what}: its answer is no JSON`, { taken: "unknown" });
  }
  return json;
}

/** The server's own words for what is wrong. */
export function refusal(status: number, words: string, what: string): ModelError {
  const told = `${what}: it answered ${status}: ${excerpt(words.trim(), MOST_WORDS) || "no words given"}`;
  if (status === 429) return new ModelError("ModelThrottled", told);
  // It may have done its work before it failed.
  if (status >= 500) return new ModelError("ModelUnavailable", told, { taken: "unknown" });
  return new ModelError("ModelRefused", told);
}

async function send({ url, headers, body }: Posting, signal: AbortSignal): Promise<Answered> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    redirect: "error",
    signal,
  });
  return { status: response.status, text: await textOf(response) };
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new RangeError(`it answered with more than ${MOST_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function unanswered(error: unknown, { what, timeoutMs }: Posting): ModelError {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    const why = `${what}: no answer came within ${timeoutMs} ms`;
    return new ModelError("ModelTimeout", why, { taken: "unknown", cause: error });
  }
  const unsent = unsentBecause(error);
  if (unsent) {
    return new ModelError("ModelUnavailable", `${what}: it cannot be reached (${unsent.message})`, {
      cause: error,
    });
  }
  const { message, cause } = Object(error) as { message?: unknown; cause?: unknown };
  const words = cause instanceof Error ? cause.message : message;
  const why = `${what}: the connection broke (${words})`;
  return new ModelError("ModelUnavailable", why, { taken: "unknown", cause: error });
}

function wordsIn(json: unknown): string | undefined {
  const { error, message } = Object(json) as { error?: unknown; message?: unknown };
  return [message, error].find((one) => typeof one === "string") as string | undefined;
}
