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

/** Somebody's text as it is, within a line of ours: no link, heading or emphasis of theirs comes to life. */
export function verbatim(text: string): string {
  const line = inline(text) || " ";
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** One item a line. */
export function bullets(items: readonly string[]): string {
  return items.length > 0 ? items.map((item) => `- ${inline(item)}`).join("\n") : "- none";
}
