import type { Hono } from "hono";
import { stream } from "hono/streaming";
import { every } from "../../core/execution/executions.ts";
import { requireAccessInAll } from "../../core/identity/access.ts";
import type { World } from "../../core/ports.ts";
import { type TimelineEvent, WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { type AuditSearch, auditPage } from "../pages/workspace.ts";
import { csvLine, EVENT_COLUMNS } from "../parts/csv.ts";
import type { ConsolePorts } from "../ports.ts";
import { type ConsoleContext, type ConsoleEnv, identityIn } from "../request.ts";
import type { Show } from "../show.ts";

/** Executions whose records a search reads, the newest; an export reads all. */
const SEARCHED = 50;
const SHOWN = 300;

export function auditPages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const { world, environments, audit } = ports;
  app.use("/audit/*", async (c, next) => {
    // The record is one: its chains are checked together, over all environments.
    requireAccessInAll(identityIn(c), "view", environments);
    await next();
  });
  app.get("/audit", async (c) => {
    const search = searchIn(c);
    const found: TimelineEvent[] = [];
    for await (const event of eventsOf(world, search, SEARCHED)) found.push(event);
    const newest = found.sort((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN);
    const result = c.req.query("verify") === undefined ? undefined : await audit();
    return await show(c, { title: "Audit", at: "audit", body: auditPage(newest, search, result) });
  });
  app.get("/audit/export", (c) => {
    const csv = c.req.query("format") === "csv";
    c.header("content-type", csv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8");
    c.header("content-disposition", `attachment; filename="conductor-audit.${csv ? "csv" : "ndjson"}"`);
    return stream(c, async (out) => {
      if (csv) await out.write(csvLine(EVENT_COLUMNS));
      for await (const event of eventsOf(world, searchIn(c), Number.POSITIVE_INFINITY))
        await out.write(
          csv ? csvLine(EVENT_COLUMNS.map((name) => event[name])) : `${JSON.stringify(event)}\n`,
        );
    });
  });
}

function searchIn(c: ConsoleContext): AuditSearch {
  const text = (name: string) => (c.req.query(name) ?? "").trim().slice(0, 128);
  return { execution: text("execution"), actor: text("actor"), type: text("type") };
}

async function* eventsOf(
  world: World,
  { execution, actor, type }: AuditSearch,
  most: number,
): AsyncGenerator<TimelineEvent> {
  for await (const chain of execution ? [execution] : chainsOf(world, most)) {
    for await (const event of readChain(world.table, chain)) {
      if ((actor === "" || event.actor === actor) && (type === "" || event.type === type)) yield event;
    }
  }
}

async function* chainsOf({ table }: World, most: number): AsyncGenerator<string> {
  yield WORKSPACE_CHAIN;
  let left = most;
  for await (const { id } of every(table, { page: Math.min(most, 100) })) {
    yield id;
    left -= 1;
    if (left === 0) return;
  }
}
