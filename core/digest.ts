import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** JSON by RFC 8785 (JCS): the same value always gives the same bytes, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("only a JSON value has a canonical form");
  return text;
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
