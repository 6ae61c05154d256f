import * as z from "zod";
import { SlackChat } from "../../adapters/http/slack-chat.ts";
import { InputError, parseInput } from "../../core/artifacts/parse.ts";
import type { Chat } from "../../core/chat/chat.ts";
import { jsonIn } from "../../core/json.ts";
import type { SecretStore } from "../../core/secrets/secret-store.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What an administrator has put into the secret. */
const slackSecret = z.object({ signingSecret: z.string().min(1), botToken: z.string().min(1) });

interface SlackMeans extends z.output<typeof slackSecret> {
  readonly channel: string;
}

/** How Slack is reached and how it signs; undefined where the environment has none. @throws InputError, SecretError */
async function slackFrom(variables: Variables, secrets: SecretStore): Promise<SlackMeans | undefined> {
  const channel = variables["AGENT_MESH_SLACK_CHANNEL"];
  const name = variables["AGENT_MESH_SLACK_SECRET"];
  if (!channel || !name) return undefined;
  const text = (await secrets.read(name)).reveal();
  return { channel, ...parseInput(slackSecret, jsonIn(text) ?? text, `the secret ${name}`) };
}

export async function chatFrom(variables: Variables, secrets: SecretStore): Promise<Chat | undefined> {
  const means = await slackFrom(variables, secrets);
  return means && new SlackChat({ token: means.botToken, channel: means.channel });
}

/** @throws InputError where there is no Slack, which only happens to a function that was deployed for it by hand */
export async function requiredSlack(variables: Variables, secrets: SecretStore): Promise<SlackMeans> {
  const means = await slackFrom(variables, secrets);
  if (means) return means;
  throw new InputError(
    "InvalidInput",
    "AGENT_MESH_SLACK_CHANNEL or AGENT_MESH_SLACK_SECRET is not set; deploy the function again, which sets them",
  );
}
