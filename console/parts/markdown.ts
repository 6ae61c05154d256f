import { html } from "hono/html";
import type { Html } from "./html.ts";

/**
 * The little Markdown that our own documents use, as markup: headings, lists, quotations, tables, code, emphasis. It
 * makes no links and no pictures, and what it does not know stays text: others' words come in these documents.
 */
export function markdown(text: string): Html {
  const blocks = blocksOf(text.split("\n"));
  return html`<div class="prose">${blocks.map(block)}</div>`;
}

interface Block {
  readonly kind: "heading" | "list" | "quote" | "table" | "code" | "text";
  readonly lines: readonly string[];
}

const KINDS: readonly (readonly [Block["kind"], RegExp])[] = [
  ["heading", /^#{1,6} /],
  ["list", /^\s*(?:[-*]|\d+\.) /],
  ["quote", /^>/],
  ["table", /^\|/],
  ["code", /^`{3,}/],
];

function kindOf(line: string): Block["kind"] {
  return KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? "text";
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at] ?? "");
    const end = kind === "code" ? fenceEnd(lines, at) : runEnd(lines, at, kind);
    const own = lines.slice(at, end);
    if (own.some((line) => line.trim() !== "")) blocks.push({ kind, lines: own });
    at = end;
  }
  return blocks;
}

function fenceEnd(lines: readonly string[], from: number): number {
  const fence = /^`+/.exec(lines[from] ?? "")?.[0] ?? "```";
  const end = lines.findIndex((line, at) => at > from && line.startsWith(fence));
  return end < 0 ? lines.length : end + 1;
}

function runEnd(lines: readonly string[], from: number, kind: Block["kind"]): number {
  if (kind === "heading") return from + 1;
  let end = from + 1;
  while (end < lines.length && lines[end]?.trim() !== "" && kindOf(lines[end] ?? "") === kind) end += 1;
  return end;
}

function block({ kind, lines }: Block): Html {
  switch (kind) {
    case "heading":
      return heading(lines[0] ?? "");
    case "list":
      return html`<ul>${lines.map((line) => html`<li>${inline(line.replace(/^\s*(?:[-*]|\d+\.) /, ""))}</li>`)}</ul>`;
    case "quote":
      return html`<blockquote>${inline(lines.map((line) => line.replace(/^> ?/, "")).join(" "))}</blockquote>`;
    case "table":
      return table(lines);
    case "code":
      return html`<pre tabindex="0">${lines.slice(1, -1).join("\n")}</pre>`;
    case "text":
      return html`<p>${inline(lines.join(" "))}</p>`;
  }
}

/** One level further down: the page has a heading of its own. */
function heading(line: string): Html {
  const text = inline(line.replace(/^#+ /, ""));
  return line.startsWith("# ") ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`;
}

function table(lines: readonly string[]): Html {
  const rows = lines
    .filter((line) => !/^\|[\s|:-]+\|$/.test(line) || !line.includes("-"))
    .map((line) => line.replace(/^\||\|\s*$/g, "").split("|"));
  return html`<div class="scroll" tabindex="0"><table><tbody>${rows
    .filter((cells) => cells.some((cell) => cell.trim() !== ""))
    .map(
      (cells) => html`<tr>${cells.map((cell) => html`<td>${inline(cell.trim())}</td>`)}</tr>`,
    )}</tbody></table></div>`;
}

/** `code` and **strong**; everything else is what it is. */
function inline(text: string): Html[] {
  return text.split(/(`+[^`]+`+|\*\*[^*]+\*\*)/).map((piece) => {
    if (/^`+[^`]+`+$/.test(piece)) return html`<code>${piece.replaceAll("`", "")}</code>`;
    if (/^\*\*[^*]+\*\*$/.test(piece)) return html`<strong>${piece.slice(2, -2)}</strong>`;
    return html`${piece}`;
  });
}
