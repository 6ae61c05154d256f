import { tokenId } from "../execution/waits.ts";
import type { SteppedUp } from "../identity/step-up.ts";
import { dispatch } from "../outbox.ts";
import type { Caller } from "../principal.ts";
import { redact } from "../secrets/redact.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Key, Table } from "../table/table.ts";
import { record } from "../timeline/record.ts";
import { recordBroken } from "./break-glass.ts";
import { type Condition, requireWindow } from "./conditions.ts";
import {
  approvals,
  conditionsOf,
  decide,
  type Gate,
  GateError,
  lapse,
  requirePeople,
  type Vote,
} from "./gate.ts";

/** Opens a gate, or finds it open already: a retried step asks the same people once. */
export async function open(unit: Unit, gate: Gate): Promise<Gate> {
  await unit.foresee(...openingKeys(gate.executionId, gate.id), keys.chainHead(gate.executionId));
  const existing = await unit.get<Gate>(keys.gate(gate.executionId, gate.id));
  if (existing) return existing;
  await unit.get(keys.gatePointer(gate.id));
  save(unit, gate);
  unit.put({ ...keys.gatePointer(gate.id), attributes: { executionId: gate.executionId } });
  await record(unit, gate.executionId, {
    at: gate.openedAt,
    type: "gate.opened",
    actor: "conductor",
    data: {
      gateId: gate.id,
      gateType: gate.type,
      digest: gate.digest,
      requiredApprovals: gate.requiredApprovals,
      expiresAt: gate.expiresAt,
    },
  });
  return gate;
}

/** A gate nobody is asked at: it stands approved from its beginning, and the record says by whose wish. */
export async function openSkipped(unit: Unit, gate: Gate, by: string): Promise<Gate> {
  const opened = await open(unit, gate);
  if (opened.status !== "open" || opened.votes.length > 0) return opened;
  const at = gate.openedAt;
  const skipped: Gate = { ...opened, status: "approved", skipped: { by, at } };
  save(unit, skipped);
  const { id: gateId, type: gateType, digest, environment } = skipped;
  const data = { gateId, gateType, digest, environment };
  await record(unit, gate.executionId, { at, type: "gate.skipped", actor: by, data });
  return skipped;
}

/** The rows that opening a gate makes. */
export function openingKeys(executionId: string, gateId: string): Key[] {
  return [keys.gate(executionId, gateId), keys.gatePointer(gateId)];
}

/** Where the decision is to be delivered; a decision that is already there is delivered at once. */
export async function awaitDecision(unit: Unit, gate: Gate, taskToken: string, now: Date): Promise<void> {
  const waiting = { ...gate, taskToken };
  if (lapse(gate, now).status !== gate.status) {
    await close(unit, waiting, "expired", now);
    return;
  }
  save(unit, waiting);
  if (waiting.status !== "open") await deliver(unit, waiting, now);
}

export interface Decision {
  readonly gateId: string;
  readonly decision: "approve" | "reject";
  readonly caller: Caller;
  /** Of what the caller read. */
  readonly digest: string;
  readonly notes?: string;
  /** What the caller showed for it at a critical gate. */
  readonly stepUp?: SteppedUp;
  /** The notes say what the emergency is. */
  readonly breakGlass?: true;
  /** What an approval depends on. */
  readonly conditions?: readonly Condition[] | undefined;
}

/**
 * Stores a person's decision with its timeline event and, when it settles the gate, the delivery, in one
 * transaction: of two deciding at the same instant the second sees the first, also at another gate of the same
 * approval. A rejection closes the execution's other gates as well.
 * @throws GateError
 */
export async function castVote(table: Table, decision: Decision, now: Date): Promise<Gate> {
  const { gateId } = decision;
  const executionId = await executionOf(table, gateId);
  const gates = await ofExecution(table, executionId);
  const others = gates.filter(({ id }) => id !== gateId);
  return await atomically(table, async (unit) => {
    await unit.foresee(
      keys.chainHead(executionId),
      ...gates.map(({ id }) => keys.gate(executionId, id)),
      ...gates.flatMap((one) => (one.taskToken ? [effectKey(one, one.taskToken, now)] : [])),
    );
    const gate = await loadOf(unit, executionId, gateId);
    const vote = voteOf(decision, now);
    const decided = decide(gate, vote, now);
    if (decided.status === "approved")
      requireTogether([decided, ...(await besides(unit, decided, others))], now);
    save(unit, decided);
    await recordDecision(unit, decided, vote, decision);
    if (vote.breakGlass) await recordBroken(unit, decided, vote);
    if (decided.status !== "open") await deliver(unit, decided, now);
    if (decided.status === "rejected") await closeAll(unit, others, now);
    return decided;
  });
}

/** What gates of one approval ask of each other: enough people, and a time when all that they depend on holds. */
function requireTogether(gates: readonly Gate[], now: Date): void {
  requirePeople(gates);
  const first = gates.map(({ expiresAt }) => expiresAt).sort()[0] as string;
  requireWindow(conditionsOf(gates), { usableUntil: first, now });
}

function voteOf(
  { decision, caller, digest, notes, stepUp, breakGlass, conditions = [] }: Decision,
  now: Date,
): Vote {
  return {
    decision,
    by: caller.principal,
    via: caller.via,
    authenticated: caller.authenticated,
    digest,
    at: now.toISOString(),
    ...(notes === undefined ? {} : { notes: redact(notes) }),
    ...(stepUp ? { stepUp: stepUp.method } : {}),
    ...(breakGlass ? { breakGlass } : {}),
    ...(decision === "approve" && conditions.length > 0 ? { conditions } : {}),
  };
}

async function recordDecision(
  unit: Unit,
  decided: Gate,
  vote: Vote,
  { notes, stepUp, breakGlass }: Decision,
): Promise<void> {
  const { decision, digest, via, authenticated, conditions } = vote;
  await record(unit, decided.executionId, {
    at: vote.at,
    type: "gate.decided",
    actor: vote.by,
    data: {
      gateId: decided.id,
      decision,
      digest,
      via,
      authenticated,
      approvals: approvals(decided).length,
      requiredApprovals: decided.requiredApprovals,
      status: decided.status,
      ...(notes === undefined ? {} : { notes }),
      ...(stepUp ? { stepUp } : {}),
      ...(breakGlass ? { breakGlass } : {}),
      ...(conditions ? { conditions } : {}),
    },
  });
}

/** The gates that were opened together with one: they hold the same digest. */
async function besides(unit: Unit, { digest }: Gate, others: readonly Gate[]): Promise<Gate[]> {
  const together = others.filter((other) => other.digest === digest);
  const rows = together.map(({ executionId, id }) => unit.get<Gate>(keys.gate(executionId, id)));
  return (await Promise.all(rows)).filter((gate) => gate !== undefined);
}

/** What one gate rejected, no other can let through: nobody needs to decide there any more. */
/** Closes those that are still open, as the rows have them. */
export async function closeAll(unit: Unit, gates: readonly Gate[], now: Date): Promise<void> {
  for (const { executionId, id } of gates) {
    const gate = await unit.get<Gate>(keys.gate(executionId, id));
    if (gate) await close(unit, gate, "closed", now);
  }
}

/** Closes a gate nobody needs to decide any more, or that ran out of time. Decided gates stay as they are. */
export async function close(unit: Unit, gate: Gate, status: "closed" | "expired", now: Date): Promise<Gate> {
  if (gate.status !== "open") return gate;
  const closed = { ...gate, status };
  save(unit, closed);
  await record(unit, gate.executionId, {
    at: now.toISOString(),
    type: status === "expired" ? "gate.expired" : "gate.closed",
    actor: "conductor",
    data: { gateId: gate.id, gateType: gate.type },
  });
  await deliver(unit, closed, now);
  return closed;
}

/** A gate of an execution. @throws GateError GateNotFound */
export async function loadOf(unit: Unit, executionId: string, gateId: string): Promise<Gate> {
  const gate = await unit.get<Gate>(keys.gate(executionId, gateId));
  if (gate) return gate;
  throw notFound(gateId);
}

/** A gate outside any unit of work, to be read. @throws GateError GateNotFound */
export async function gateById(table: Table, gateId: string): Promise<Gate> {
  const item = await table.get(keys.gate(await executionOf(table, gateId), gateId));
  if (item) return item.attributes as unknown as Gate;
  throw notFound(gateId);
}

/** Whose gate it is; it never becomes another's. @throws GateError GateNotFound */
async function executionOf(table: Table, gateId: string): Promise<string> {
  const pointer = await table.get(keys.gatePointer(gateId));
  if (pointer) return String(pointer.attributes["executionId"]);
  throw notFound(gateId);
}

function notFound(gateId: string): GateError {
  return new GateError(
    "GateNotFound",
    `there is no gate ${gateId.slice(0, 80)}; \`conductor gates\` shows the open ones`,
  );
}

export async function ofExecution(table: Table, executionId: string): Promise<Gate[]> {
  const { items } = await table.query({ pk: keys.gate(executionId, "").pk, limit: 100 });
  return items.map((item) => item.attributes as unknown as Gate);
}

/** Open gates of an environment, the longest waiting first. */
export async function openGates(table: Table, environment: string, limit = 100): Promise<Gate[]> {
  const { items } = await table.query({ index: "index1", pk: `GATES#open#${environment}`, limit });
  return items.map((item) => item.attributes as unknown as Gate);
}

function save(unit: Unit, gate: Gate): void {
  const listed =
    gate.status === "open" ? { index1: keys.openGatesIndex(gate.environment, gate.openedAt, gate.id) } : {};
  unit.put({ ...keys.gate(gate.executionId, gate.id), attributes: gate, ...listed });
}

async function deliver(unit: Unit, gate: Gate, now: Date): Promise<void> {
  if (!gate.taskToken) return;
  await dispatch(unit, now.toISOString(), {
    kind: "task-success",
    id: deliveryId(gate, gate.taskToken),
    taskToken: gate.taskToken,
    output: { gateId: gate.id, status: gate.status },
  });
}

function deliveryId({ id }: Gate, taskToken: string): string {
  return `${id}#${tokenId(taskToken)}`;
}

/** Where the delivery of a decision would lie in the outbox. */
function effectKey(gate: Gate, taskToken: string, now: Date): Key {
  return keys.outbox(now.toISOString(), `task-success#${deliveryId(gate, taskToken)}`);
}
