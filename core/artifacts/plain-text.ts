import { InputError } from "./parse.ts";

/** Control characters but tab, newline and carriage return: no text for people needs one, and terminals obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Those that turn the direction of a text (Unicode, annex 9), which then reads otherwise than it is. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

interface Found {
  readonly value: unknown;
  readonly path: string;
}

/**
 * Refuses values from outside whose texts are not plain: control characters, halves of characters, and the one
 * field name that JavaScript takes for something else. However deeply nested it is: nothing recurses.
 * @throws InputError naming the field
 */
export function requirePlainTexts(value: unknown, what: string): void {
  const found: Found[] = [{ value, path: "" }];
  for (let next = found.pop(); next; next = found.pop()) {
    const { value: held, path } = next;
    if (typeof held === "string") requirePlain(held, `${what}: ${path}`);
    else if (Array.isArray(held)) {
      for (const [index, item] of held.entries()) found.push({ value: item, path: `${path}[${index}]` });
    } else if (typeof held === "object" && held !== null) found.push(...fieldsOf(held, path, what));
  }
}

function fieldsOf(held: object, path: string, what: string): Found[] {
  return Object.entries(held).map(([key, value]) => {
    requirePlain(key, `${what}: the name of a field${path === "" ? "" : ` of ${path}`}`);
    const where = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") throw refusal(`${what}: unknown field ${where}: remove or correct`);
    return { value, path: where };
  });
}

function requirePlain(text: string, where: string): void {
  const [control] = CONTROL.exec(text) ?? TURNING.exec(text) ?? [];
  if (control !== undefined) {
    const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw refusal(`${where}: holds the control character U+${code}: take it out`);
  }
  if (!text.isWellFormed())
    throw refusal(`${where}: holds half of a character (a lone surrogate): take it out`);
}

function refusal(message: string): InputError {
  return new InputError("InvalidInput", message);
}
