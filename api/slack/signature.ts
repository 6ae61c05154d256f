import { createHmac, timingSafeEqual } from "node:crypto";
import { NamedError } from "../../core/errors.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import type { Table } from "../../core/table/table.ts";

export class SlackError extends NamedError<
  /** Not signed by Slack, too old, or not to be read. */
  | "SlackSignatureInvalid"
  /** The very same request came before. */
  | "SlackReplayed"
> {}

/** Older requests are refused (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
const WINDOW_SECONDS = 300;

export interface Signed {
  readonly timestamp: string;
  readonly signature: string;
  /** As it came, byte for byte. */
  readonly body: string;
}

/** What Slack would sign such a request with, by version 0 of its signatures. */
export function signatureOf(secret: string, { timestamp, body }: Omit<Signed, "signature">): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

/** @throws SlackError SlackSignatureInvalid */
export function requireSigned(secret: string, signed: Signed, now: Date): void {
  const age = Math.abs(now.getTime() / 1000 - Number(signed.timestamp));
  if (!/^\d{1,12}$/.test(signed.timestamp) || age > WINDOW_SECONDS) {
    throw invalid("it is older than five minutes, or says no time");
  }
  const [given, own] = [signed.signature, signatureOf(secret, signed)].map((text) => Buffer.from(text));
  if (!given || !own || given.length !== own.length || !timingSafeEqual(given, own)) {
    throw invalid("its signature is not Slack's");
  }
}

/** Takes a signature once: within the five minutes a copy of a request would bear a good one. @throws SlackError */
export async function requireFirst(table: Table, { signature }: Signed, now: Date): Promise<void> {
  const seen = await atomically(table, async (unit) => {
    const key = keys.slackRequest(signature);
    if (await unit.get(key)) return true;
    const expiresAt = Math.ceil(now.getTime() / 1000) + 2 * WINDOW_SECONDS;
    unit.put({ ...key, attributes: { at: now.toISOString() }, expiresAt });
    return false;
  });
  if (seen) throw new SlackError("SlackReplayed", "this request came before; nothing was done");
}

function invalid(why: string): SlackError {
  return new SlackError("SlackSignatureInvalid", `the request is refused: ${why}`);
}
