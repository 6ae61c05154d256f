import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { attachedTo } from "../../core/artifacts/attached.ts";
import { dossier as dossierArtifact } from "../../core/artifacts/dossier.ts";
import { artifactText } from "../../core/artifacts/text.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { ArtifactError } from "../../core/ports.ts";
import type { Table } from "../../core/table/table.ts";
import { TableError } from "../../core/table/table.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { executionFor } from "../access.ts";
import type { ApiEnv, ApiPorts } from "../ports.ts";
import { BASE, described, executionId, failed, json, paging } from "../route.ts";
import { artifactsList, dossierView, timelinePage } from "../schemas.ts";
import { mediaTypeOf } from "../views/media-type.ts";

const TAG = "Records";
const ONE = `${BASE}/execution/{id}`;

const timelineRoute = createRoute({
  method: "get",
  path: `${ONE}/timeline`,
  ...described(TAG, "What happened, oldest first", "view"),
  request: { params: executionId, query: paging },
  responses: { 200: json(timelinePage, "A page of events."), ...failed },
});

const artifactsRoute = createRoute({
  method: "get",
  path: `${ONE}/artifacts`,
  ...described(TAG, "What the agents made", "view"),
  request: { params: executionId },
  responses: { 200: json(artifactsList, "References."), ...failed },
});

const artifactRoute = createRoute({
  method: "get",
  path: `${ONE}/artifacts/{name}`,
  ...described(TAG, "An artifact as it is", "view"),
  request: { params: executionId.extend({ name: z.string().max(200).openapi({ example: "plan.md" }) }) },
  responses: {
    200: {
      description: "Its bytes; the ETag is their SHA-256.",
      content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...failed,
  },
});

const dossierRoute = createRoute({
  method: "get",
  path: `${ONE}/dossier`,
  ...described(TAG, "All an approver needs", "view"),
  request: { params: executionId },
  responses: { 200: json(dossierView, "The dossier."), ...failed },
});

export function recordRoutes(app: OpenAPIHono<ApiEnv>, { world }: ApiPorts): void {
  const { table, artifacts } = world;
  app.openapi(timelineRoute, async (c) => {
    const { id } = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    const { limit, cursor } = c.req.valid("query");
    const events = await eventsAfter(table, id, seqOf(cursor), limit + 1);
    const shown = events.slice(0, limit);
    const next = events.length > limit ? String(shown.at(-1)?.seq) : null;
    return c.json({ events: shown.map((event) => ({ ...event })), cursor: next }, 200);
  });
  app.openapi(artifactsRoute, async (c) => {
    const { id } = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    return c.json({ artifacts: await attachedTo(table, id) }, 200);
  });
  app.openapi(artifactRoute, async (c) => {
    const { id } = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    const { name, sha256 } = await namedArtifact(table, id, c.req.valid("param").name);
    const content = await artifacts.get(sha256);
    c.header("etag", `"${sha256}"`);
    // Somebody's text is never a page of ours: it is saved, not shown.
    c.header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    c.header("content-type", mediaTypeOf(name));
    // A copy: what is read from files may be a window on memory that others use.
    return c.body(Uint8Array.from(content).buffer, 200) as never;
  });
  app.openapi(dossierRoute, async (c) => {
    const { id } = await executionFor(table, c.get("identity"), c.req.valid("param").id, "view");
    const ref = (await attachedTo(table, id)).find(({ kind }) => kind === "Dossier");
    if (!ref) throw missing(id, "dossier yet");
    const text = await artifactText(artifacts, ref.sha256);
    return c.json(dossierArtifact.parse(JSON.parse(text)), 200);
  });
}

/** An artifact by the name the table lists it under: no name is ever a path. @throws ArtifactError ArtifactNotFound */
export async function namedArtifact(table: Table, id: string, name: string): Promise<ArtifactRef> {
  const ref = (await attachedTo(table, id)).find((candidate) => candidate.name === name);
  if (ref) return ref;
  throw missing(id, `artifact ${name.slice(0, 80)}`);
}

function missing(id: string, what: string): ArtifactError {
  return new ArtifactError("ArtifactNotFound", `execution ${id} has no ${what}`);
}

/** @throws TableError InvalidCursor */
function seqOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,12}$/.test(cursor)) return Number(cursor);
  throw new TableError("InvalidCursor", "this is not a cursor of this list; start it anew");
}

async function eventsAfter(table: Table, chain: string, seq: number, most: number): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, chain, seq)) {
    events.push(event);
    if (events.length >= most) break;
  }
  return events;
}
