import { html } from "hono/html";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import type { Execution } from "../../core/execution/execution.ts";
import type { Html } from "../parts/html.ts";
import { jsonText } from "../parts/json.ts";
import { markdown } from "../parts/markdown.ts";

/** Characters shown on a page; the rest is in the file. */
const SHOWN = 200_000;

export function artifactPage({ id, stack }: Execution, ref: ArtifactRef, text: string): Html {
  const raw = `/executions/${id}/artifacts/${ref.name}/raw`;
  return html`<div class="head"><div><p class="crumbs"><a href="/executions/${id}">${stack}</a> / Artifacts</p><h1>${ref.name}</h1>
<p class="small">${ref.kind}, ${ref.bytes.toLocaleString("en")} bytes, SHA-256 <code>${ref.sha256}</code></p></div><a class="button" href="${raw}">Save the file</a></div>
<section class="card">${viewerOf(ref.name, text.slice(0, SHOWN), raw)}</section>`;
}

function viewerOf(name: string, text: string, raw: string): Html {
  if (name.endsWith(".json")) return jsonText(text);
  if (name.endsWith(".md")) return markdown(text);
  // As a picture it runs no scripts, whatever is in it.
  if (name.endsWith(".svg")) return html`<img class="figure" src="${raw}" alt="Diagram of the plan">`;
  return html`<pre tabindex="0">${text}</pre>`;
}
