import { isLooseName, isLooseSecret, isReference, LOOSE } from "./loose.ts";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/**
 * Shapes of credentials that are recognisable on their own: AWS access keys (prefixes from the IAM user guide,
 * "Unique identifiers"), PEM private keys, JSON Web Tokens, keys of GitHub, GitLab, npm, Slack, Stripe, Google, SendGrid,
 * Hugging Face, OpenAI and Anthropic, bearer tokens and the basic scheme, an AWS secret key after words that announce it.
 * A private key without its end is taken for one to the end of the text.
 */
const SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,}/g,
  /\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{36,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\bxapp-\d-[A-Za-z0-9-]{10,}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:ant|proj|svcacct|admin)-[A-Za-z0-9_-]{16,}/g,
  /\bsk-[A-Za-z0-9]{32,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /(?<=\bbearer\s{1,3})[A-Za-z0-9._~+/-]{16,}=*/gi,
  /(?<=\bauthorization\b[^\n]{0,12}\bbasic\s{1,3})[A-Za-z0-9+/_-]{6,}=*/gi,
  /(?<=\baws.{0,10}\bsecret\b[^\n]{0,24}?(?<![A-Za-z0-9+/]))(?![0-9a-f]{40}(?![A-Za-z0-9+/]))[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/gi,
];

const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{1,64}):[^\s/@"']{1,256}@/g;

/** A name that says its value is secret; the AWS secret key, among others, has no shape of its own. */
const SECRET_NAME =
  "(?:aws_?secret_?access_?key|secret_?access_?key|secret_?key|password|passwd|passphrase|api_?key|account_?key|shared_?access_?key|auth_?token|access_?token|refresh_?token|session_?token|client_?secret|private_?key)";

/** What stands for a value that is kept elsewhere, or for none: `${VARIABLE}`, `{{resolve:…}}`, true. */
const NO_SECRET = String.raw`\$\{|\{\{|\[redacted\]|(?:true|false|null)(?![\w-])`;

/** Quotes within strings within strings carry 1, 3, 7 … backslashes; without a bound a long row of them takes for ever. */
const ASSIGNED = String.raw`((?:\\{0,15}["'])?(?<!SecretString:)\b[A-Za-z0-9_-]{0,40}${SECRET_NAME}(?:\\{0,15}["'])?\s*[:=]\s*)`;

/** `"password": "…"` in JSON, up to the quote that ends it. */
const QUOTED = new RegExp(String.raw`${ASSIGNED}(["'])(?!\2|${NO_SECRET})(?:\\.|(?!\2)[^\\])*\2`, "gis");

/** The same in JSON within a string of JSON, however deep: the quotes carry backslashes. */
const ESCAPED = new RegExp(String.raw`${ASSIGNED}(\\{1,15}["'])(?!\2|${NO_SECRET})(?:(?!\2).)*\2`, "gis");

/** `password=…` in text. */
const BARE = new RegExp(
  String.raw`${ASSIGNED}(?!${NO_SECRET}|\{|\[)((?:[^\s"',}\\]|\\(?!["'\\])){6,})`,
  "gi",
);

/** `password=…` without a space: what follows is its value, however short. */
const SHORT = new RegExp(String.raw`(${SECRET_NAME}=)(?!${NO_SECRET}|\{|\[)([^\s"',;&}\\]{3,})`, "gi");

/** `Password is …` in a sentence. */
const SAID = /\b((?:password|passwd|passphrase|pwd)\s{1,3}(?:is|was)\s{1,3}["'`]?)([^\s"'`,;]{6,64})/gi;

const WHOLE_NAME = new RegExp(`${SECRET_NAME}$`, "i");
const WHOLE_VALUE = new RegExp(`^(?:$|${NO_SECRET})`, "i");

/** Removes what looks like a credential from text that leaves the process: documents, prompts, logs, mails. */
export function redact(text: string): string {
  const clean = once(text);
  // One secret may hide the beginning of the next; every round takes away at least one of them.
  return clean === text ? text : redact(clean);
}

function once(text: string): string {
  let clean = text;
  for (const shape of SHAPES) clean = clean.replace(shape, REDACTED);
  return clean
    .replace(URL_PASSWORD, `$1:${REDACTED}@`)
    .replace(QUOTED, `$1$2${REDACTED}$2`)
    .replace(ESCAPED, `$1$2${REDACTED}$2`)
    .replace(BARE, `$1${REDACTED}`)
    .replace(SHORT, `$1${REDACTED}`)
    .replace(SAID, (all, before: string, value: string) =>
      /\d/.test(value) && !isReference(value) ? before + REDACTED : all,
    )
    .replace(LOOSE, (all, before: string, sign: string, value: string) =>
      isLooseSecret(sign, value) ? before + REDACTED : all,
    );
}

/**
 * The same for a JSON value, member by member: what is left is JSON of the same form. Text written out first could
 * lose a quote or a bracket together with the secret.
 */
export function redactIn<Value>(value: Value): Value {
  return clean(value, "") as Value;
}

function clean(value: unknown, name: string): unknown {
  if (typeof value === "string") return isSecret(name, value) ? REDACTED : redact(value);
  if (Array.isArray(value)) return value.map((item) => clean(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redact(key), clean(inner, key)] as const),
  );
}

function isSecret(name: string, value: string): boolean {
  if (WHOLE_VALUE.test(value)) return false;
  return WHOLE_NAME.test(name) || (isLooseName(name) && isLooseSecret(":", value));
}
