import type { Hono } from "hono";
import { ApiError } from "../../api/problem.ts";
import { busyStacks } from "../../api/views/stacks.ts";
import { type Environment, environment } from "../../core/artifacts/vocabulary.ts";
import { startChange } from "../../core/execution/start.ts";
import { type Identity, may, requireAccess, requireAccessInAll } from "../../core/identity/access.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { readReport } from "../../core/watch/report.ts";
import {
  budgetToday,
  executionsFor,
  gatesFor,
  spendByDay,
  underWay,
  visibleTo,
  watchStates,
} from "../data.ts";
import { overviewPage } from "../pages/overview.ts";
import { watchesPage } from "../pages/watches.ts";
import { mailPage, outboxPage, stacksPage } from "../pages/workspace.ts";
import type { ConsolePorts } from "../ports.ts";
import { type ConsoleEnv, fieldsOf, identityIn, requireOwnForm } from "../request.ts";
import type { Show } from "../show.ts";

const RECENT = 8;
const MAILS = 100;

export function workspacePages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const { world } = ports;
  app.get("/", async (c) => {
    const identity = identityIn(c);
    const [running, recent, gates, budget, days, watches] = await Promise.all([
      underWay(world, identity),
      executionsFor(world, identity, { limit: RECENT }),
      gatesFor(world, identity),
      budgetToday(world, ports.environments),
      spendByDay(world),
      watchStates(world, watchedBy(ports, identity)),
    ]);
    const session = c.get("session");
    const body = overviewPage({
      running,
      recent: recent.executions,
      waiting: gates.mine,
      budget,
      days,
      watches,
      examples: ports.examples.filter(({ goal }) => mayStart(identity, goal)),
      session,
      now: world.clock.now(),
    });
    return await show(c, { title: "Overview", at: "overview", body, live: true });
  });
  app.post("/examples/:name", async (c) => {
    requireOwnForm(c, await fieldsOf(c));
    const example = ports.examples.find(({ name }) => name === c.req.param("name"));
    if (!example) throw new ApiError("NotFound", "there is no such example");
    const goal = parseGoal(example.goal, "the example");
    const identity = identityIn(c);
    requireAccess(identity, "start", goal.environment);
    const { id } = await startChange(world, goal, identity.caller);
    return c.redirect(`/executions/${id}`, 303);
  });
  app.get("/stacks", async (c) => {
    const stacks = await busyStacks(world, visibleTo(identityIn(c)));
    const body = stacksPage(stacks, world.clock.now());
    return await show(c, { title: "Stacks", at: "stacks", body, live: true });
  });
  app.get("/watches", async (c) => {
    const states = await watchStates(world, watchedBy(ports, identityIn(c)));
    const reports = await Promise.all(
      states.map(async (state) => ({
        ...state,
        report: state.last && (await readReport(world, state.last)),
      })),
    );
    const body = watchesPage(reports, world.clock.now());
    return await show(c, { title: "Watches", at: "overview", body });
  });
  outboxPages(app, ports, show);
}

/** The environments of this workspace that somebody may look into. */
function watchedBy({ environments }: ConsolePorts, identity: Identity): readonly Environment[] {
  const visible = visibleTo(identity);
  return environments.filter((name) => visible.includes(name));
}

function mayStart(identity: Identity, goal: object): boolean {
  const place = environment.safeParse((goal as { environment?: unknown }).environment);
  return place.success && may(identity, "start", place.data);
}

/**
 * Mails that were kept instead of sent belong to whoever runs the machine: with links to sign in as others in them,
 * they are for who may do everything anyway.
 */
function outboxPages(
  app: Hono<ConsoleEnv>,
  { world, environments, outbox, origin }: ConsolePorts,
  show: Show,
): void {
  if (!outbox) return;
  app.use("/outbox/*", async (c, next) => {
    requireAccessInAll(identityIn(c), "grant-budget", environments);
    await next();
  });
  app.get("/outbox", async (c) => {
    const body = outboxPage(outbox(MAILS), world.clock.now());
    return await show(c, { title: "Outbox", at: "outbox", body, live: true });
  });
  const mailAt = (text: string) => {
    const position = Number(text);
    const [mail] = Number.isSafeInteger(position) ? outbox(1, position + 1) : [];
    if (mail?.position !== position) throw new ApiError("NotFound", "there is no such mail");
    return mail;
  };
  app.get("/outbox/:position", async (c) => {
    const mail = mailAt(c.req.param("position"));
    const body = mailPage(mail, origin, world.clock.now());
    return await show(c, { title: mail.subject, at: "outbox", body });
  });
  // The policy under which it is shown stands before all routes (app.ts).
  app.get("/outbox/:position/html", (c) => c.html(leavingItsFrame(mailAt(c.req.param("position")).html)));
}

/** The page of a mail, whose links open in the window as a mail program would have it. */
function leavingItsFrame(page: string): string {
  return page.replace(/<body/i, '<base target="_top"><body');
}
