import type { Hono } from "hono";
import { gateFor } from "../../api/access.ts";
import { decideOn } from "../../api/decide.ts";
import { statusOf } from "../../api/problem.ts";
import { dossierFor } from "../../core/approval/gate-dossier.ts";
import { InputError } from "../../core/artifacts/parse.ts";
import { NamedError } from "../../core/errors.ts";
import { reviewGlass, unreviewed, unreviewedAt } from "../../core/gate/break-glass.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { Session } from "../../core/identity/sessions.ts";
import { isFresh, type StepUpProof } from "../../core/identity/step-up.ts";
import { gatesFor, visibleTo } from "../data.ts";
import { decisionPage } from "../pages/decision.ts";
import { decisionForm, type Proof, reviewForm } from "../pages/decision-form.ts";
import { gatesPage } from "../pages/gates.ts";
import { conditionsIn } from "../parts/condition-fields.ts";
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
    const visible = visibleTo(identityIn(c));
    const glass = (await unreviewed(world.table)).filter(({ environment }) => visible.includes(environment));
    const body = gatesPage({ mine, others, glass, now: world.clock.now() });
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

/** A second person's word on what somebody approved alone. */
export function reviewRoute(app: Hono<ConsoleEnv>, { world }: ConsolePorts): void {
  app.post("/gates/:gateId/review", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const { caller, grants } = identityIn(c);
    const gate = await gateFor(world.table, { caller, grants }, c.req.param("gateId"), "decide");
    const notes = filled(fields, "notes");
    if (notes === undefined) throw new InputError("InvalidInput", "notes: say what you found");
    await reviewGlass(world.table, { gateId: gate.id, caller, notes }, world.clock.now());
    return c.redirect(`/gates/${gate.id}`, 303);
  });
}

interface FormDecision {
  readonly gate: Gate;
  readonly fields: URLSearchParams;
  /** Where the form is sent to, when not to the gate. */
  readonly action?: string;
  readonly via?: "console" | "mail";
  readonly onDecided?: () => Promise<void>;
}

/** Decides as a form says; a refusal is shown on the page, with what was written still in it. */
export async function decideByForm(
  c: ConsoleContext,
  ports: ConsolePorts,
  show: Show,
  { gate, fields, action, via = "console", onDecided }: FormDecision,
): Promise<Response> {
  const { caller, grants } = identityIn(c);
  const identity = { caller: { ...caller, via }, grants };
  const decision = fields.get("decision") === "approve" ? "approve" : "reject";
  const digest = fields.get("digest") ?? "";
  const [notes, code] = [filled(fields, "notes"), filled(fields, "code")];
  try {
    const breakGlass = via === "console" && fields.get("break_glass") === "1";
    const conditions = decision === "approve" ? conditionsIn(fields) : [];
    const decided = { decision, digest, notes, breakGlass, conditions } as const;
    await decideOn(ports, gate, identity, decided, proofIn(c.get("session"), code));
  } catch (error) {
    const status = statusOf(error);
    if (!(error instanceof NamedError) || status === undefined || status >= 500) throw error;
    return await showDecision(c, ports, show, {
      gate,
      action,
      error: error.message,
      entered: fields,
      status: status as 400,
    });
  }
  await onDecided?.();
  return c.redirect(`/executions/${gate.executionId}`, 303);
}

function proofIn({ signIn }: Session, code: string | undefined): StepUpProof {
  return {
    ...(code === undefined ? {} : { code }),
    ...(signIn ? { signIn: { ...signIn, at: new Date(signIn.at) } } : {}),
  };
}

interface ShownDecision {
  readonly gate: Gate;
  readonly action?: string | undefined;
  readonly error?: string;
  readonly entered?: URLSearchParams;
  readonly status?: 400;
}

function proofOf(c: ConsoleContext, { codes, world }: ConsolePorts): Proof {
  const { principal } = c.get("person");
  if (codes) return { by: "code", enrolled: codes.isEnrolled(principal) };
  const { signIn } = c.get("session");
  return { by: "sign-in", fresh: signIn !== undefined && isFresh(new Date(signIn.at), world.clock.now()) };
}

export async function showDecision(
  c: ConsoleContext,
  ports: ConsolePorts,
  show: Show,
  { gate, action = `/gates/${gate.id}`, error, entered, status }: ShownDecision,
): Promise<Response> {
  const identity = identityIn(c);
  const now = ports.world.clock.now();
  const dossier = await dossierFor(ports.world, gate);
  const form = decisionForm({
    gate,
    identity,
    session: c.get("session"),
    proof: proofOf(c, ports),
    entered,
    narrowable: dossier !== undefined,
    action,
    now,
  });
  const glass = await unreviewedAt(ports.world.table, gate.id);
  const review = glass ? reviewForm(glass, identity, c.get("session")) : undefined;
  const body = decisionPage({ gate, dossier, form: review ?? form, error, now });
  return await show(c, { title: gate.subject, at: "gates", body }, status);
}
