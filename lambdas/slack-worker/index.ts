import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { SlackChat } from "../../adapters/http/slack-chat.ts";
import { instrumentsOf } from "../instruments.ts";
import { recordWorld } from "../record-world.ts";
import { signingFrom } from "../web/signing.ts";
import { requiredSlack } from "../web/slack-means.ts";
import { slackTasks } from "./handler.ts";

const { logger, traced, around } = instrumentsOf("slack-worker");
const place = ownPlace({ ...placeFrom(process.env), traced });
const secrets = new SecretsManagerStore(place);
const { botToken, channel } = await requiredSlack(process.env, secrets);
const { origin } = await signingFrom(process.env, secrets);
const work = {
  world: recordWorld(place, process.env),
  chat: new SlackChat({ token: botToken, channel }),
  origin,
  onError: (error: unknown) => logger.error("what was asked in Slack could not be done", { error }),
};

/** Lambda's entry, called with what waits in the queue. */
export const handler = around<unknown>().handler((event) => slackTasks(event, work));
