import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { SesMailer } from "../../adapters/aws/mailer.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { notifyOpenGates } from "../../api/mails/notify.ts";
import { lazily } from "../../core/lazily.ts";
import { instrumentsOf } from "../instruments.ts";
import { ownEnvironment, recordWorld } from "../record-world.ts";
import { linksFrom } from "../web/links.ts";
import { chatFrom } from "../web/slack-means.ts";

const { traced, around } = instrumentsOf("notifier");
const place = ownPlace({ ...placeFrom(process.env), traced });
const world = recordWorld(place, process.env);
const { mail } = ownEnvironment(process.env);
const secrets = new SecretsManagerStore(place);
const configurationSet = process.env["AGENT_MESH_MAIL_SET"];
const { origin, key } = linksFrom(process.env, secrets);
const notifying = lazily(async () => ({
  world,
  mailer: new SesMailer(
    place,
    { from: mail.sender, ...(configurationSet ? { configurationSet } : {}) },
    world.table,
    systemClock,
  ),
  chat: await chatFrom(process.env, secrets),
  linkKey: await key(),
  origin,
}));

/** Lambda's entry, called by a schedule: tells people of the gates that wait for them, reminds them and escalates. */
export const handler = around<unknown>().handler(async () => {
  await notifyOpenGates(await notifying());
  return {};
});
