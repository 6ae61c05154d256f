import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import { canonicalJson } from "../digest.ts";
import type { Execution } from "../execution/execution.ts";
import type { Gate } from "../gate/gate.ts";
import type { TimelineEvent } from "./chain.ts";
import type { Fault } from "./verify.ts";

/** What the rows of one execution say, as they are stored. */
export interface Rows {
  /** Undefined when it has none. */
  readonly execution: Execution | undefined;
  readonly gates: readonly Gate[];
  readonly artifacts: readonly ArtifactRef[];
  /** The last that the workspace's chain says of it is its end. */
  readonly over: boolean;
}

/**
 * Where an execution's rows say something else than its chain: who asked, how it ended, what its gates ask and hold,
 * which artifacts it has. Rows can be edited without touching a hash; the chain cannot.
 */
export function rowFaults(chain: string, events: readonly TimelineEvent[], rows: Rows): Fault[] {
  // Somebody who can compute hashes may have left an event without data.
  const said = events.filter(({ data }) => typeof data === "object" && data !== null);
  if (said.length === 0) return [];
  return [
    ...[...executionFaults(said, rows), ...artifactFaults(said, rows.artifacts)].map((fault) => ({
      chain,
      ...fault,
    })),
    ...gateFaults(chain, said, rows.gates),
  ];
}

/** The same for the gates alone, with the votes they hold. */
export function gateFaults(chain: string, events: readonly TimelineEvent[], gates: readonly Gate[]): Fault[] {
  return [...askedFaults(events, gates), ...voteFaults(events, gates)].map((fault) => ({ chain, ...fault }));
}

type Found = Omit<Fault, "chain">;

function* executionFaults(
  events: readonly TimelineEvent[],
  { execution: row, over }: Rows,
): Generator<Found> {
  if (!row) {
    yield { seq: 1, kind: "missing-execution", message: "the execution's row is gone" };
    return;
  }
  const asked = events.find(({ type }) => type === "execution.requested");
  if (asked) {
    const { goal, environment, stack } = asked.data as Partial<Execution>;
    const told = { requestedBy: asked.actor, createdAt: asked.at, goal, environment, stack };
    yield* differences("the execution's row", asked.seq, told, row);
  }
  const ended = events.findLast(({ type }) => type === "execution.ended");
  if (row.endedAt !== undefined) {
    const { changeStatus, outcome } = (ended?.data ?? {}) as Partial<Execution>;
    yield* differences(
      "the execution's row",
      ended?.seq ?? 1,
      { endedAt: ended?.at, changeStatus, outcome },
      row,
    );
  } else if (ended && over) {
    yield {
      seq: ended.seq,
      kind: "edited",
      message: "the execution's row says it goes on, the record that it ended",
    };
  }
}

function* askedFaults(events: readonly TimelineEvent[], gates: readonly Gate[]): Generator<Found> {
  const requestedBy = events.find(({ type }) => type === "execution.requested")?.actor;
  const opened = new Map(
    events.filter(({ type }) => type === "gate.opened").map((event) => [event.data["gateId"], event]),
  );
  for (const gate of gates) {
    const event = opened.get(gate.id);
    opened.delete(gate.id);
    if (!event) {
      yield { seq: events.length, kind: "added", message: `gate ${gate.id} was never opened by the record` };
      continue;
    }
    const { gateType: type, digest, requiredApprovals, expiresAt } = event.data;
    const told = { type, digest, requiredApprovals, expiresAt, openedAt: event.at };
    const asked = requestedBy === undefined ? {} : { requestedBy };
    const status = statusTold(events, gate.id);
    yield* differences(`gate ${gate.id}`, event.seq, { ...told, ...asked, status }, gate);
  }
  for (const [id, { seq }] of opened) yield { seq, kind: "edited", message: `the row of gate ${id} is gone` };
}

/** What became of a gate, by the record alone. */
function statusTold(events: readonly TimelineEvent[], gateId: string): unknown {
  let status: unknown = "open";
  for (const { type, data } of events) {
    if (type === "approval.voided" && holds(data["gates"], gateId)) status = "closed";
    if (data["gateId"] !== gateId) continue;
    if (type === "gate.decided") status = data["status"];
    if (type === "gate.expired") status = "expired";
    if (type === "gate.closed") status = "closed";
  }
  return status;
}

function holds(gates: unknown, gateId: string): boolean {
  return Array.isArray(gates) && gates.some((gate: { gateId?: unknown }) => gate.gateId === gateId);
}

/** Votes in the gates' rows that the record does not tell of, and the other way round. */
function* voteFaults(events: readonly TimelineEvent[], gates: readonly Gate[]): Generator<Found> {
  const told = new Map(
    events
      .filter(({ type }) => type === "gate.decided")
      .map(({ seq, data, actor }) => [voteKey(data["gateId"], actor, data["decision"], data["digest"]), seq]),
  );
  const held = new Set(
    gates.flatMap(({ id, votes }) => votes.map((vote) => voteKey(id, vote.by, vote.decision, vote.digest))),
  );
  for (const vote of held) {
    if (told.has(vote)) continue;
    const message = `a gate holds a decision that was never recorded: ${vote}`;
    yield { seq: events.length, kind: "edited", message };
  }
  for (const [vote, seq] of told) {
    if (held.has(vote)) continue;
    yield { seq, kind: "edited", message: `a recorded decision is gone from its gate: ${vote}` };
  }
}

function voteKey(gateId: unknown, by: string, decision: unknown, digest: unknown): string {
  return `${String(gateId)} ${by} ${String(decision)} ${String(digest)}`;
}

/** The newest of each name that the record tells of is the one that is listed. */
function* artifactFaults(events: readonly TimelineEvent[], listed: readonly ArtifactRef[]): Generator<Found> {
  const told = new Map<string, { readonly ref: ArtifactRef; readonly seq: number }>();
  for (const event of events) for (const ref of refsIn(event)) told.set(ref.name, { ref, seq: event.seq });
  for (const artifact of listed) {
    const newest = told.get(artifact.name);
    told.delete(artifact.name);
    if (newest) yield* differences(artifact.name, newest.seq, { ...newest.ref }, artifact, "artifact");
    else yield { seq: events.length, kind: "artifact", message: `${artifact.name} was never recorded` };
  }
  for (const [name, { seq }] of told)
    yield { seq, kind: "artifact", message: `${name} is recorded and no longer listed` };
}

function refsIn({ type, data }: TimelineEvent): readonly ArtifactRef[] {
  if (type === "execution.requested") return data["goal"] ? [data["goal"] as ArtifactRef] : [];
  const made = type === "agent.finished" || type === "agent.failed" ? data["artifacts"] : undefined;
  return Array.isArray(made) ? (made as ArtifactRef[]) : [];
}

function* differences(
  what: string,
  seq: number,
  told: Readonly<Record<string, unknown>>,
  row: object,
  kind: Fault["kind"] = "edited",
): Generator<Found> {
  const held = row as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(told)) {
    if (textOf(held[name]) === textOf(value)) continue;
    yield { seq, kind, message: `${what} says ${name} ${textOf(held[name])}, the record ${textOf(value)}` };
  }
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value);
}
