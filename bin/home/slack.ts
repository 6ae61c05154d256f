import type { Hono } from "hono";
import { SqliteTaskQueue } from "../../adapters/embedded/task-queue.ts";
import { SlackChat } from "../../adapters/http/slack-chat.ts";
import type { ApiPorts } from "../../api/ports.ts";
import { createSlack } from "../../api/slack/app.ts";
import { doSlackWork } from "../../api/slack/work.ts";
import { InputError } from "../../core/artifacts/parse.ts";
import type { Chat } from "../../core/chat/chat.ts";
import type { Home } from "./record.ts";

const VARIABLES = ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_CHANNEL"] as const;

export interface SlackDoor {
  readonly app: Hono;
  readonly chat: Chat;
  /** Does what was asked for in Slack since the last time. */
  work(): Promise<void>;
}

interface SlackOptions {
  readonly origin: string;
  readonly onError: ApiPorts["onError"];
}

/** Slack, where the variables say how it is reached. @throws InputError when some of them are set and others are not */
export function openSlack(
  { world, directory }: Home,
  variables: NodeJS.ProcessEnv,
  { origin, onError }: SlackOptions,
): SlackDoor | undefined {
  const [signingSecret, token, channel] = VARIABLES.map((name) => variables[name] || undefined);
  if (!signingSecret && !token && !channel) return undefined;
  if (!signingSecret || !token || !channel) {
    const missing = VARIABLES.filter((name) => !variables[name]).join(" and ");
    throw new InputError(
      "InvalidInput",
      `${missing} is not set, and Slack takes all of ${VARIABLES.join(", ")}`,
    );
  }
  const queue = new SqliteTaskQueue(directory.database, world.clock, {
    name: "slack",
    deadLetters: { name: "slack-dead-letters", after: 5 },
  });
  const chat = new SlackChat({ token, channel });
  const told = (error: unknown) => onError(error, { method: "WORK", path: "/slack" });
  return {
    app: createSlack({ world, signingSecret, queue, chat, onError }),
    chat,
    work: () => doSlackWork({ world, queue, chat, origin, onError: told }),
  };
}
