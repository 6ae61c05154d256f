/** One JSON document on standard output, nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A line of text whose origin does not matter: what could command the terminal is shown, not sent. */
export function printLine(text = ""): void {
  printStyled(printable(text));
}

/** A line with our own colours in it; whatever else it says has been through `printable`. */
export function printStyled(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A sentence beside the answer, where it does not disturb whoever reads that. */
export function printAside(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/**
 * Control characters other than tab and newline, which move the cursor, colour or erase, and those that turn the
 * direction of writing: a text that somebody else wrote must not be able to change what a reader sees around it.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
const COMMANDING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text with such characters written out: `\\u001b[31m`. */
export function printable(text: string): string {
  return text.replace(COMMANDING, (character) => {
    if (character === "\r") return "\\r";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Every text of a report, through `printable`. */
export function allPrintable<T>(value: T): T {
  if (typeof value === "string") return printable(value) as T;
  if (Array.isArray(value)) return value.map(allPrintable) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, allPrintable(held)])) as T;
}

/** True where a person sits in front of it and colours and prompts make sense. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true && process.stdin.isTTY === true;
}
