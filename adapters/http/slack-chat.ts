import { type Chat, ChatError, type ChatMessage } from "../../core/chat/chat.ts";
import { excerpt } from "../../core/excerpt.ts";

/** Slack's own addresses: answers go nowhere else, whatever a request says. */
const API = "https://slack.com";
const HOOKS = "https://hooks.slack.com";
const TIMEOUT_MS = 5_000;
/** Less than the three seconds in which whoever pressed a button is answered. */
const VIEW_TIMEOUT_MS = 2_000;
const MOST_WORDS = 200;

export interface SlackSettings {
  /** `xoxb-…`, with the right chat:write. */
  readonly token: string;
  readonly channel: string;
  /** Elsewhere than at Slack's, for tests. */
  readonly api?: string;
  readonly hooks?: string;
}

/** Slack's Web API (chat.postMessage, views.open) and the response addresses of its commands and buttons. */
export class SlackChat implements Chat {
  readonly #settings: Required<SlackSettings>;

  constructor(settings: SlackSettings) {
    this.#settings = { api: API, hooks: HOOKS, ...settings };
  }

  async post(message: ChatMessage): Promise<void> {
    await this.#call("chat.postMessage", { channel: this.#settings.channel, ...message }, TIMEOUT_MS);
  }

  async openView(trigger: string, view: object): Promise<void> {
    await this.#call("views.open", { trigger_id: trigger, view }, VIEW_TIMEOUT_MS);
  }

  async #call(method: string, body: object, timeoutMs: number): Promise<void> {
    const { api, token } = this.#settings;
    const headers = { authorization: `Bearer ${token}` };
    const { ok, error } = parsed(await send(`${api}/api/${method}`, body, { headers, timeoutMs }));
    // Slack refuses with a status of 200 (https://docs.slack.dev/apis/web-api/#responses).
    if (ok !== true)
      throw new ChatError("ChatRefused", `Slack refused ${method}: ${excerpt(String(error), MOST_WORDS)}`);
  }

  async answer(address: string, message: ChatMessage): Promise<void> {
    if (!URL.canParse(address) || new URL(address).origin !== new URL(this.#settings.hooks).origin) {
      throw new ChatError(
        "ChatRefused",
        "the address to answer at is none of Slack's, so nothing was sent there",
      );
    }
    const answer = { response_type: "ephemeral", replace_original: false, ...message };
    await send(address, answer, { headers: {}, timeoutMs: TIMEOUT_MS });
  }
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

async function send(url: string, body: object, { headers, timeoutMs }: Sending): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
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
