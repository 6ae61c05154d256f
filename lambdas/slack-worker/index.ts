import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { SlackChat } from "../../adapters/http/slack-chat.ts";
import { lazily } from "../../core/lazily.ts";
import { instrumentsOf } from "../instruments.ts";
import { recordWorld } from "../record-world.ts";
import { linksFrom } from "../web/links.ts";
import { requiredSlack } from "../web/slack-means.ts";
import { slackTasks } from "./handler.ts";

const { logger, traced, around } = instrumentsOf("slack-worker");
const place = ownPlace({ ...placeFrom(process.env), traced });
const secrets = new SecretsManagerStore(place);
const { origin } = linksFrom(process.env, secrets);
const work = lazily(async () => {
  const { botToken, channel } = await requiredSlack(process.env, secrets);
  return {
    world: recordWorld(place, process.env),
    chat: new SlackChat({ token: botToken, channel }),
    origin,
    onError: (error: unknown) => logger.error("what was asked in Slack could not be done", { error }),
  };
});

/** Lambda's entry, called with what waits in the queue. */
export const handler = around<unknown>().handler(async (event) => await slackTasks(event, await work()));
