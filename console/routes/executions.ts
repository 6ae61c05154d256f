import type { Hono } from "hono";
import { executionFor } from "../../api/access.ts";
import { moreBudget } from "../../api/bodies.ts";
import { namedArtifact } from "../../api/routes/records.ts";
import { mediaTypeOf } from "../../api/views/media-type.ts";
import { attachedTo } from "../../core/artifacts/attached.ts";
import { parseInput } from "../../core/artifacts/parse.ts";
import { artifactText } from "../../core/artifacts/text.ts";
import { amountsFrom } from "../../core/budget/amounts.ts";
import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel, grantBudget, pause, unpause } from "../../core/execution/signal.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { type Action, may } from "../../core/identity/access.ts";
import type { World } from "../../core/ports.ts";
import type { Caller } from "../../core/principal.ts";
import { keys } from "../../core/table/keys.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { executionsFor } from "../data.ts";
import { drawMachine } from "../machine/draw.ts";
import { artifactPage } from "../pages/artifact.ts";
import { executionPage } from "../pages/execution.ts";
import { executionsPage } from "../pages/executions.ts";
import type { ConsolePorts } from "../ports.ts";
import {
  type ConsoleContext,
  type ConsoleEnv,
  fieldsOf,
  filled,
  identityIn,
  requireOwnForm,
} from "../request.ts";
import type { Show } from "../show.ts";

const STATUSES = ["running", "paused", "completed", "failed"] as const;
const PAGE = 25;
/** Events on the page of an execution; the rest is on the audit's. */
const EVENTS = 80;

export function executionPages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const { world } = ports;
  app.get("/executions", async (c) => {
    const status = STATUSES.find((name) => name === c.req.query("status"));
    const query = { status, limit: PAGE, cursor: c.req.query("cursor") };
    const { executions, cursor } = await executionsFor(world, identityIn(c), query);
    const body = executionsPage(executions, { status: status ?? "", cursor, now: world.clock.now() });
    return await show(c, { title: "Executions", at: "executions", body, live: query.cursor === undefined });
  });
  app.get("/executions/:id", async (c) => {
    const execution = await executionFor(world.table, identityIn(c), c.req.param("id"), "view");
    const body = executionPage({ ...(await viewOf(c, ports, execution)), execution });
    const title = `${execution.stack} in ${execution.environment}`;
    return await show(c, { title, at: "executions", body, live: !hasEnded(execution) });
  });
  app.get("/executions/:id/artifacts/:name", async (c) => {
    const execution = await executionFor(world.table, identityIn(c), c.req.param("id"), "view");
    const ref = await namedArtifact(world.table, execution.id, c.req.param("name"));
    const text = await artifactText(world.artifacts, ref.sha256);
    return await show(c, { title: ref.name, at: "executions", body: artifactPage(execution, ref, text) });
  });
  rawArtifact(app, world);
  wishes(app, world);
  grants(app, ports);
}

async function viewOf(c: ConsoleContext, ports: ConsolePorts, execution: Execution) {
  const { world } = ports;
  const identity = identityIn(c);
  const { events, earlier } = await lastEvents(world, execution.id);
  const entered = await ports.visited(execution.run);
  const { machine } = execution.run;
  return {
    gates: await ofExecution(world.table, execution.id),
    artifacts: await attachedTo(world.table, execution.id),
    events,
    earlier,
    machine: drawMachine(ports.definition(machine), { machine, entered, ended: hasEnded(execution) }),
    may: {
      steer: may(identity, "steer", execution.environment),
      rollBack: may(identity, "roll-back", execution.environment),
      grant:
        may(identity, "grant-budget", execution.environment) &&
        identity.caller.principal !== execution.requestedBy,
    },
    session: c.get("session"),
    now: world.clock.now(),
  };
}

/** The end of a chain, without reading all of it. */
async function lastEvents({ table }: World, id: string) {
  const head = await table.get(keys.chainHead(id));
  const last = Number(head?.attributes["seq"] ?? 0);
  const after = Math.max(0, last - EVENTS);
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, id, after)) events.push(event);
  return { events, earlier: after > 0 };
}

/** An artifact to save, or to show as a picture: in neither case does anything in it run. */
function rawArtifact(app: Hono<ConsoleEnv>, { table, artifacts }: World): void {
  app.get("/executions/:id/artifacts/:name/raw", async (c) => {
    const { id } = await executionFor(table, identityIn(c), c.req.param("id"), "view");
    const { name, sha256 } = await namedArtifact(table, id, c.req.param("name"));
    const content = Uint8Array.from(await artifacts.get(sha256));
    return c.body(content.buffer, 200, {
      "content-type": mediaTypeOf(name),
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
  });
}

/** More of its budgets for an execution that is short of them. */
function grants(app: Hono<ConsoleEnv>, { world, agents }: ConsolePorts): void {
  app.post("/executions/:id/grant", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const identity = identityIn(c);
    const { id } = await executionFor(world.table, identity, c.req.param("id"), "grant-budget");
    const entered = ["usd", "tokens", "minutes"].flatMap((name) => {
      const text = filled(fields, name);
      return text === undefined ? [] : [[name, Number(text)]];
    });
    const more = amountsFrom(parseInput(moreBudget, Object.fromEntries(entered), "the form"));
    await grantBudget(world, id, identity.caller, more, agents);
    return c.redirect(`/executions/${id}`, 303);
  });
}

type Wish = (world: World, id: string, caller: Caller) => Promise<unknown>;

const WISHES: Readonly<Record<string, readonly [Action, Wish]>> = {
  pause: ["steer", pause],
  unpause: ["steer", unpause],
  cancel: ["steer", cancel],
  rollback: ["roll-back", requestRollback],
};

function wishes(app: Hono<ConsoleEnv>, world: World): void {
  for (const [name, [action, wish]] of Object.entries(WISHES)) {
    app.post(`/executions/:id/${name}`, async (c) => {
      requireOwnForm(c, await fieldsOf(c));
      const identity = identityIn(c);
      const { id } = await executionFor(world.table, identity, c.req.param("id"), action);
      await wish(world, id, identity.caller);
      return c.redirect(`/executions/${id}`, 303);
    });
  }
}
