import { NamedError } from "../errors.ts";
import { redact } from "../secrets/redact.ts";

export interface Mail {
  /** The same for every sending of this mail: once it is known to be sent, sending it again sends nothing. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export class MailError extends NamedError<
  | "MailAddressInvalid"
  /** The service may not send from this address, or not yet to these. */
  | "MailIdentityUnverified"
  /** The service did not like what is in it. */
  | "MailRefused"
  /** The service has stopped sending for the account. */
  | "MailStopped"
> {}

/** Sends mails: SES, or an outbox of files in the same place as everything else. */
export interface Mailer {
  /** Returns when the mail is on its way. When an answer is lost it may go out twice. @throws MailError */
  send(mail: Mail): Promise<void>;
}

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$/;
/** SES's limit on one mail. */
const MOST_RECIPIENTS = 50;

/**
 * A mail as it may leave: addressed to addresses, its subject one line, nothing in it that looks like a credential.
 * @throws MailError MailAddressInvalid
 */
export function fitToSend(mail: Mail): Mail {
  const wrong = mail.to.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined || mail.to.length === 0 || mail.to.length > MOST_RECIPIENTS) {
    const why =
      wrong === undefined ? `it has ${mail.to.length} recipients` : `${JSON.stringify(wrong)} is none`;
    throw new MailError(
      "MailAddressInvalid",
      `the mail ${mail.id} needs 1 to ${MOST_RECIPIENTS} addresses, and ${why}`,
    );
  }
  return {
    ...mail,
    subject: redact(mail.subject.replaceAll(/\s+/g, " ").trim()),
    text: redact(mail.text),
    html: redact(mail.html),
  };
}
