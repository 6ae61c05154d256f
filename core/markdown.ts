/** What ends a line for one reader or another. */
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/** Somebody's text within a line of ours: it cannot begin a heading or an item of its own. */
export function inline(text: string): string {
  return text.replace(LINE_END, " ").trim();
}

/** Somebody's text as a quotation, every line of it. */
export function quotation(text: string): string {
  return `> ${text.replace(LINE_END, "\n> ")}`;
}

/** One item a line. */
export function bullets(items: readonly string[]): string {
  return items.length > 0 ? items.map((item) => `- ${inline(item)}`).join("\n") : "- none";
}
