import { type Chat, ChatError, type ChatMessage } from "../../core/chat/chat.ts";
import { excerpt } from "../../core/excerpt.ts";

/** Slack's own addresses: answers go nowhere else, whatever a request says. */
const API = "https://slack.com";
const HOOKS = "https://hooks.slack.com";
const TIMEOUT_MS = 5_000;
const MOST_WORDS = 200;

export interface SlackSettings {
  /** `xoxb-…`, with the right chat:write. */
  readonly token: string;
  readonly channel: string;
  /** Elsewhere than at Slack's, for tests. */
  readonly api?: string;
  readonly hooks?: string;
}

/** Slack's Web API (chat.postMessage) and the response addresses of its commands and buttons. */
export class SlackChat implements Chat {
  readonly #settings: Required<SlackSettings>;

  constructor(settings: SlackSettings) {
    this.#settings = { api: API, hooks: HOOKS, ...settings };
  }

  async post(message: ChatMessage): Promise<void> {
    const { api, token, channel } = this.#settings;
    const headers = { authorization: `Bearer ${token}` };
    const answer = await send(`${api}/api/chat.postMessage`, { channel, ...message }, headers);
    const { ok, error } = parsed(answer);
    // Slack refuses with a status of 200 (https://docs.slack.dev/apis/web-api/#responses).
    if (ok !== true)
      throw new ChatError("ChatRefused", `Slack refused the message: ${excerpt(String(error), MOST_WORDS)}`);
  }

  async answer(address: string, message: ChatMessage): Promise<void> {
    if (!URL.canParse(address) || new URL(address).origin !== new URL(this.#settings.hooks).origin) {
      throw new ChatError(
        "ChatRefused",
        "the address to answer at is none of Slack's, so nothing was sent there",
      );
    }
    await send(address, { response_type: "ephemeral", replace_original: false, ...message }, {});
  }
}

async function send(url: string, body: object, headers: Readonly<Record<string, string>>): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new ChatError("ChatUnavailable", `Slack cannot be reached: ${(cause as Error).message}`, { cause });
  }
  if (response.ok) return await response.text();
  const name = response.status === 429 || response.status >= 500 ? "ChatUnavailable" : "ChatRefused";
  throw new ChatError(name, `Slack answered ${response.status}`);
}

function parsed(text: string): { readonly ok?: unknown; readonly error?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return { ok: false, error: "its answer is no JSON" };
  }
}
