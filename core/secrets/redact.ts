/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/**
 * Shapes of credentials that are recognisable on their own: AWS access keys (prefixes from the IAM user guide,
 * "Unique identifiers"), PEM private keys, JSON Web Tokens, GitHub and Slack tokens, and URLs with a password.
 */
const SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
];

const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{1,64}):[^\s/@"']{1,256}@/g;

/** A name that says its value is secret, and the value, in JSON or `name=value` text; the AWS secret key has no shape of its own. */
const NAMED =
  /(["']?\b[A-Za-z0-9_-]{0,40}(?:aws_?secret_?access_?key|secret_?access_?key|password|passwd|api_?key|auth_?token|access_?token|client_?secret|private_?key)["']?\s*[:=]\s*["']?)(?!\{|\[|\$|true\b|false\b|null\b)([^\s"',}]{6,})/gi;

/** Removes what looks like a credential from text that leaves the process: artifacts, prompts, logs, mails. */
export function redact(text: string): string {
  let clean = text;
  for (const shape of SHAPES) clean = clean.replace(shape, REDACTED);
  return clean.replace(URL_PASSWORD, `$1:${REDACTED}@`).replace(NAMED, `$1${REDACTED}`);
}
