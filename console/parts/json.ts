import { html } from "hono/html";
import type { Html } from "./html.ts";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Characters of which colours are still made; beyond, it is shown plain. */
const COLOURED = 60_000;

/** JSON, laid out and coloured; what is no JSON as it is. */
export function jsonText(text: string): Html {
  const laid = laidOut(text);
  if (laid.length > COLOURED) return html`<pre tabindex="0">${laid}</pre>`;
  const pieces: Html[] = [];
  let at = 0;
  for (const match of laid.matchAll(TOKEN)) {
    const [token, quoted, colon] = match;
    pieces.push(
      html`${laid.slice(at, match.index)}<span class="${quoted ? (colon ? "key" : "text") : "value"}">${token}</span>`,
    );
    at = match.index + token.length;
  }
  return html`<pre tabindex="0">${pieces}${laid.slice(at)}</pre>`;
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
