import { z } from "zod";
import { requiredGate } from "../../core/artifacts/validation-report.ts";
import { artifactRef, sha256Hex } from "../../core/artifacts/vocabulary.ts";
import { sha256 } from "../../core/digest.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { functionEvent, waitingEvent } from "../../core/function-event.ts";
import { type Gate, type GateType, outcomeOf } from "../../core/gate/gate.ts";
import { awaitDecision, close, loadById, open } from "../../core/gate/gates.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";

const openEvent = functionEvent.extend({
  dossier: artifactRef,
  digest: sha256Hex,
  summary: z.string(),
  gates: z.array(requiredGate).min(1),
});

/** Opens the gates a change needs, all at once, and says how long each may wait. */
export async function openGates(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, dossier, digest, summary, gates } = openEvent.parse(input);
  return await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    const now = world.clock.now();
    const opened: Gate[] = [];
    for (const { type, requiredApprovals } of gates) {
      const asked = { type, requiredApprovals, digest, subject: summary };
      opened.push(await open(unit, gateOf(execution, idempotencyKey, asked, world)));
    }
    const waiting = advance(execution, "WAIT_FOR_APPROVE");
    store(unit, { ...waiting, stage: "AwaitGates", dossier, digest, updatedAt: now.toISOString() });
    return { gates: opened.map((gate) => waitFor(gate, now)) };
  });
}

const reviewEvent = functionEvent.extend({
  type: z.enum(["design_review", "stack_recovery"]),
  /** Of exactly what is asked. */
  digest: sha256Hex,
  subject: z.string(),
});

/** Opens a gate beside the approval of a change: to relax a constraint, or to lead a stuck stack out. */
export async function openReview(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, type, digest, subject } = reviewEvent.parse(input);
  return await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    const gate = gateOf(execution, idempotencyKey, { type, requiredApprovals: 1, digest, subject }, world);
    const opened = await open(unit, gate);
    const now = world.clock.now();
    store(unit, { ...advance(execution, "BLOCKED"), stage: type, updatedAt: now.toISOString() });
    return { gates: [waitFor(opened, now)] };
  });
}

const awaitEvent = waitingEvent.extend({ gateId: z.string() });

/** Keeps the token to which a gate's decision is delivered. */
export async function awaitGate(input: unknown, world: World): Promise<object> {
  const { gateId, taskToken } = awaitEvent.parse(input);
  await atomically(world.table, async (unit) => {
    await awaitDecision(unit, await loadById(unit, gateId), taskToken, world.clock.now());
  });
  return {};
}

const settleEvent = functionEvent.extend({ gates: z.array(z.object({ gateId: z.string() })) });

/** What the gates' rows say, whatever the tokens brought: the rows are the truth. Gates still open are closed. */
export async function settleGates(input: unknown, world: World): Promise<object> {
  const { executionId, gates: asked } = settleEvent.parse(input);
  return await atomically(world.table, async (unit) => {
    const gates: Gate[] = [];
    for (const { gateId } of asked) gates.push(await loadById(unit, gateId));
    const outcome = outcomeOf(gates);
    const now = world.clock.now();
    for (const gate of gates) await close(unit, gate, outcome === "waiting" ? "expired" : "closed", now);
    const execution = await load(unit, executionId);
    return { outcome: outcome === "waiting" ? "expired" : closedMeans(outcome, execution) };
  });
}

function closedMeans(outcome: string, { signals }: Execution): string {
  return outcome === "closed" ? (signals.cancel ? "cancelled" : "expired") : outcome;
}

const voidEvent = functionEvent.extend({ gates: z.array(z.object({ gateId: z.string() })), why: z.string() });

/** The approved change can no longer be applied as it was approved: its gates are closed and the record says why. */
export async function voidApproval(input: unknown, world: World): Promise<object> {
  const { executionId, gates, why } = voidEvent.parse(input);
  const at = world.clock.now().toISOString();
  await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    const { dossier: _void, digest: _stale, ...planning } = advance(execution, "IN_PROGRESS");
    store(unit, { ...planning, stage: "voided", updatedAt: at });
    for (const { gateId } of gates) await closeDecided(unit, execution.id, gateId);
    await record(unit, executionId, {
      at,
      type: "approval.voided",
      actor: "conductor",
      data: { why, gates },
    });
  });
  return {};
}

async function closeDecided(unit: Unit, executionId: string, gateId: string): Promise<void> {
  const key = keys.gate(executionId, gateId);
  const gate = await unit.get<Gate>(key);
  if (gate) unit.put({ ...key, attributes: { ...gate, status: "closed" } });
}

type Asked = Pick<Gate, "requiredApprovals" | "digest" | "subject"> & { readonly type: GateType };

function gateOf(execution: Execution, idempotencyKey: string, asked: Asked, world: World): Gate {
  const openedAt = world.clock.now();
  const hours = world.environment(execution.environment).gateHours;
  return {
    ...asked,
    // The same step asks for the same gate, however often it is retried.
    id: `gate_${sha256(`${idempotencyKey}/${asked.type}`).slice(0, 12)}`,
    executionId: execution.id,
    environment: execution.environment,
    stack: execution.stack,
    requestedBy: execution.requestedBy,
    openedAt: openedAt.toISOString(),
    expiresAt: new Date(openedAt.getTime() + hours * 3_600_000).toISOString(),
    status: "open",
    votes: [],
  };
}

/** Step Functions counts a timeout in whole seconds, at least one. */
function waitFor({ id, expiresAt }: Gate, now: Date): { gateId: string; timeoutSeconds: number } {
  const seconds = Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1000);
  return { gateId: id, timeoutSeconds: Math.max(1, seconds) };
}
