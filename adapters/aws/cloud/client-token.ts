import { sha256 } from "../../../core/digest.ts";

/**
 * An idempotency key as CloudFormation takes a token: letters, digits and hyphens, at most 128, and another one for
 * every key. It begins readably, because the console shows it beside each event.
 */
export function clientToken(key: string): string {
  const readable = key.replace(/[^a-zA-Z0-9]+/g, "-").slice(0, 80);
  return `conductor-${readable}-${sha256(key).slice(0, 24)}`;
}
