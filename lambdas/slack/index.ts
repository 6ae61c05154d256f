import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { meshFrom } from "../../adapters/aws/mesh.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { SqsTaskQueue } from "../../adapters/aws/task-queue.ts";
import { SlackChat } from "../../adapters/http/slack-chat.ts";
import { createSlack } from "../../api/slack/app.ts";
import { lazily } from "../../core/lazily.ts";
import { instrumentsOf } from "../instruments.ts";
import { recordWorld } from "../record-world.ts";
import { reporting, webEntry } from "../web/entry.ts";
import { gatewayHandler } from "../web/gateway.ts";
import { requiredSlack } from "../web/slack-means.ts";

const instruments = instrumentsOf("slack");
const place = ownPlace({ ...placeFrom(process.env), traced: instruments.traced });
const { queueUrl } = meshFrom(process.env, ["queueUrl"]);
const secrets = new SecretsManagerStore(place);

const answer = lazily(async () => {
  const { signingSecret, botToken, channel } = await requiredSlack(process.env, secrets);
  return gatewayHandler(
    createSlack({
      world: recordWorld(place, process.env),
      signingSecret,
      chat: new SlackChat({ token: botToken, channel }),
      queue: new SqsTaskQueue(place, queueUrl),
      onError: reporting(instruments),
    }),
  );
});

/** Lambda's entry for Slack: what it asks is checked, put into the queue, and answered at once. */
export const handler = webEntry(instruments, async (event) => await (await answer())(event));
