/** Tokens that only say where somebody is in a list, or which request is meant. */
const HARMLESS = "(?<!(?:task|next|client|request|page|pagination|continuation|idempotency|starting)[_-]?)";

/** Names that often stand for a secret and often for the name of one, or for something else. */
const LOOSE_NAME = `(?:secret|${HARMLESS}token|(?<!com|by|tres|sur|over|under)pass|pwd)`;

/** `TOKEN=…`, `token: …` and `"token": "…"`; not the `secret:` within an ARN. Whether it is one, its value decides. */
export const LOOSE = new RegExp(
  String.raw`((?<![\w:/.-])[A-Za-z0-9_-]{0,40}${LOOSE_NAME}(?:\\{0,15}["'])?\s{0,3}([:=])\s{0,3}(?:\\{0,15}["'])?)([^\s"',;&}\\]{4,})`,
  "gi",
);

const WHOLE_LOOSE_NAME = new RegExp(`${LOOSE_NAME}$`, "i");

/** Whether a member of this name may hold a secret. */
export function isLooseName(name: string): boolean {
  return WHOLE_LOOSE_NAME.test(name);
}

/** What says where a value is kept, or which thing is meant: variables, ARNs, addresses, paths, hashes, logical ids. */
const REFERENCES: readonly RegExp[] = [
  /^(?:[$<*{[(=/~.!]|arn:|[a-z]+:\/\/|AWS::)/,
  /^(?:true|false|null|none|undefined)\b/i,
  /^(?:sha256:)?[0-9a-f]{32,128}[.)]*$/,
  /^[A-Z][A-Za-z]*[0-9A-F]{8}[.)]*$/,
];

export function isReference(value: string): boolean {
  return REFERENCES.some((reference) => reference.test(value));
}

/** Shorter values after a colon are words. */
const SHORTEST_RANDOM = 8;

/** After an equals sign stands a value; after a colon may stand any word or name, unless it looks random. */
export function isLooseSecret(sign: string, value: string): boolean {
  if (isReference(value)) return false;
  return sign === "=" || looksRandom(value);
}

function looksRandom(value: string): boolean {
  if (value.length < SHORTEST_RANDOM || /\s/.test(value) || !/\d/.test(value)) return false;
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return isMixed || /^(?=.*[a-z])[a-z0-9]+$/i.test(value);
}
