import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";
import type { Mail } from "../../core/mail/mailer.ts";
import type { Moto } from "./moto-server.ts";

export const FROM = "conductor@example.com";

export function aMail(changes: Partial<Mail> = {}): Mail {
  return {
    id: "mail-1",
    to: ["grace@example.com"],
    subject: "Please decide",
    text: "The stack shop waits for you.",
    html: "<p>The stack shop waits for you.</p>",
    ...changes,
  };
}

/** As much of a mail as the server keeps. */
export type Delivered = Pick<Mail, "to" | "subject" | "html">;

/** Lets the server send from an address. */
export async function verify(place: AwsPlace, EmailIdentity: string): Promise<void> {
  await clientOf(place, SESv2Client).send(new CreateEmailIdentityCommand({ EmailIdentity }));
}

/** All mails that the server sent since it was reset. */
export async function deliveredBy({ endpoint }: Moto): Promise<Delivered[]> {
  const answer = await fetch(`${endpoint}/moto-api/data.json`);
  const { ses } = (await answer.json()) as {
    ses: { Message: { destinations: { ToAddresses: string[] }; subject: string; body: string }[] };
  };
  return ses.Message.map(({ destinations, subject, body }) => ({
    to: destinations.ToAddresses,
    subject,
    html: body,
  }));
}
