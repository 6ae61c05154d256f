import type { Hono } from "hono";
import { gateFor } from "../../api/access.ts";
import { decideOn } from "../../api/decide.ts";
import { statusOf } from "../../api/problem.ts";
import { type Dossier, dossier as dossierArtifact } from "../../core/artifacts/dossier.ts";
import { NamedError } from "../../core/errors.ts";
import { find } from "../../core/execution/executions.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { World } from "../../core/ports.ts";
import { gatesFor } from "../data.ts";
import { decisionPage } from "../pages/decision.ts";
import { decisionForm } from "../pages/decision-form.ts";
import { gatesPage } from "../pages/gates.ts";
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

export function gatePages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const { world } = ports;
  app.get("/gates", async (c) => {
    const { mine, others } = await gatesFor(world, identityIn(c));
    const body = gatesPage(mine, others, world.clock.now());
    return await show(c, { title: "Gates", at: "gates", body, live: true });
  });
  app.get("/gates/:gateId", async (c) => {
    const gate = await gateFor(world.table, identityIn(c), c.req.param("gateId"), "view");
    return await showDecision(c, ports, show, { gate });
  });
  app.post("/gates/:gateId", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const gate = await gateFor(world.table, identityIn(c), c.req.param("gateId"), "view");
    return await decideByForm(c, ports, show, { gate, fields });
  });
}

interface FormDecision {
  readonly gate: Gate;
  readonly fields: URLSearchParams;
}

/** Decides as a form says; a refusal is shown on the page, with what was written still in it. */
export async function decideByForm(
  c: ConsoleContext,
  ports: ConsolePorts,
  show: Show,
  { gate, fields }: FormDecision,
): Promise<Response> {
  const decision = fields.get("decision") === "approve" ? "approve" : "reject";
  const digest = fields.get("digest") ?? "";
  const [notes, code] = [filled(fields, "notes"), filled(fields, "code")];
  try {
    await decideOn(
      ports,
      gate,
      identityIn(c),
      { decision, digest, notes },
      code === undefined ? {} : { code },
    );
    return c.redirect(`/executions/${gate.executionId}`, 303);
  } catch (error) {
    const status = statusOf(error);
    if (!(error instanceof NamedError) || status === undefined || status >= 500) throw error;
    const shown = { gate, error: error.message, notes, status: status as 400 };
    return await showDecision(c, ports, show, shown);
  }
}

interface ShownDecision {
  readonly gate: Gate;
  readonly error?: string;
  readonly notes?: string | undefined;
  readonly status?: 400;
}

export async function showDecision(
  c: ConsoleContext,
  ports: ConsolePorts,
  show: Show,
  { gate, error, notes, status }: ShownDecision,
): Promise<Response> {
  const identity = identityIn(c);
  const now = ports.world.clock.now();
  const form = decisionForm({
    gate,
    identity,
    session: c.get("session"),
    enrolled: ports.codes?.isEnrolled(identity.caller.principal) ?? true,
    notes,
    action: `/gates/${gate.id}`,
    now,
  });
  const dossier = await dossierOf(ports.world, gate);
  const body = decisionPage({ gate, dossier, form, error, now });
  return await show(c, { title: gate.subject, at: "gates", body }, status);
}

/** The dossier a gate is about: the one whose digest it holds, and no other. */
async function dossierOf({ table, artifacts }: World, gate: Gate): Promise<Dossier | undefined> {
  const { dossier: ref } = await find(table, gate.executionId);
  if (!ref) return undefined;
  const text = new TextDecoder().decode(await artifacts.get(ref.sha256));
  const parsed = dossierArtifact.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.digest === gate.digest ? parsed.data : undefined;
}
