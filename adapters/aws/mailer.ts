import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Clock } from "../../core/clock.ts";
import { fitToSend, type Mail, MailError, type Mailer } from "../../core/mail/mailer.ts";
import { daysAfter } from "../../core/table/expiry.ts";
import { keys } from "../../core/table/keys.ts";
import { type Table, TableError } from "../../core/table/table.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** How long a mail is known to be sent: longer than anybody tries to send it. */
const KNOWN_DAYS = 30;

const STOPPED = ["AccountSuspendedException", "SendingPausedException"];
const UNVERIFIED = ["MessageRejected", "MailFromDomainNotVerifiedException"];
const EXPECTED = [...STOPPED, ...UNVERIFIED];

export interface SesOptions {
  /** An address of a verified identity. */
  readonly from: string;
  readonly configurationSet?: string;
}

/** Mails through SES. It cannot tell a second sending from the first, so the table remembers what was sent. */
export class SesMailer implements Mailer {
  readonly #client: SESv2Client;
  readonly #options: SesOptions;
  readonly #table: Table;
  readonly #clock: Pick<Clock, "now">;

  constructor(place: AwsPlace, options: SesOptions, table: Table, clock: Pick<Clock, "now">) {
    this.#client = clientOf(place, SESv2Client);
    this.#options = options;
    this.#table = table;
    this.#clock = clock;
  }

  async send(mail: Mail): Promise<void> {
    const fit = fitToSend(mail);
    if (await this.#table.get(keys.mailSent(fit.id))) return;
    await this.#hand(fit);
    await this.#remember(fit.id);
  }

  async #hand(mail: Mail): Promise<void> {
    const { from, configurationSet } = this.#options;
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [...mail.to] },
      ...(configurationSet ? { ConfigurationSetName: configurationSet } : {}),
      Content: {
        Simple: {
          Subject: { Data: mail.subject, Charset: "UTF-8" },
          Body: { Text: { Data: mail.text, Charset: "UTF-8" }, Html: { Data: mail.html, Charset: "UTF-8" } },
          // Whoever gets a mail twice can tell.
          Headers: [{ Name: "X-Conductor-Mail-Id", Value: mail.id }],
        },
      },
    });
    try {
      await mapped(() => this.#client.send(command), `sending the mail ${mail.id} from ${from}`, EXPECTED);
    } catch (error) {
      throw error instanceof Error && EXPECTED.includes(error.name) ? refusal(mail.id, from, error) : error;
    }
  }

  async #remember(id: string): Promise<void> {
    const expiresAt = daysAfter(this.#clock.now(), KNOWN_DAYS);
    const row = { ...keys.mailSent(id), attributes: {}, expiresAt };
    try {
      await this.#table.transact([{ put: row, expect: "absent" }]);
    } catch (error) {
      // Somebody else sent it at the same time.
      if (!(error instanceof TableError && error.name === "Conflict")) throw error;
    }
  }
}

function refusal(id: string, from: string, cause: Error): MailError {
  if (STOPPED.includes(cause.name)) {
    const what = "see to the account's reputation in the SES console; it resumes when AWS, or you, let it";
    return new MailError("MailStopped", `SES sends nothing for this account (${cause.message}); ${what}`, {
      cause,
    });
  }
  if (cause.name === "MessageRejected" && !/not verified/i.test(cause.message))
    return new MailError("MailRefused", `SES refused the mail ${id}: ${cause.message}`, { cause });
  const what = `verify the identity of ${from} in this region; while the account is in the SES sandbox also that of everybody who gets mail, or ask for production access`;
  return new MailError("MailIdentityUnverified", `SES refused the mail ${id} (${cause.message}); ${what}`, {
    cause,
  });
}
