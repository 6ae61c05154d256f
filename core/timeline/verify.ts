import { type ChainHead, GENESIS, hashOf, isAnchored, type TimelineEvent, WORKSPACE_CHAIN } from "./chain.ts";

export interface Fault {
  readonly chain: string;
  /** Where: the sequence number at which the record stops being what was written. */
  readonly seq: number;
  readonly kind:
    | "edited"
    | "reordered"
    | "removed"
    | "cut-tail"
    | "added"
    | "missing-execution"
    | "replaced"
    | "artifact"
    | "unanchored";
  readonly message: string;
}

/** A head that was written down apart from the events. */
export interface Anchor extends ChainHead {
  readonly chain: string;
}

/** Checks one chain as it is stored against itself and against what was written down elsewhere. */
export function verifyChain(
  chain: string,
  events: readonly TimelineEvent[],
  witnesses: readonly Anchor[],
): Fault[] {
  const faults = [...inside(chain, events)];
  if (faults.length > 0) return faults;
  const hashes = new Map(events.map((event) => [event.seq, event.hash]));
  const [missed] = witnesses
    .filter(({ seq, hash }) => hashes.get(seq) !== hash)
    .sort((one, other) => one.seq - other.seq);
  return missed ? [disagreement(chain, missed, events.length)] : [];
}

function* inside(chain: string, events: readonly TimelineEvent[]): Generator<Fault> {
  const present = new Set(events.map((event) => event.seq));
  let previous = GENESIS;
  for (const [index, event] of events.entries()) {
    const expected = { chain, seq: index + 1, previous };
    const fault = faultOf(event, expected, present);
    if (fault) {
      yield { chain, seq: expected.seq, ...fault };
      return;
    }
    previous = event.hash;
  }
}

function faultOf(
  event: TimelineEvent,
  { chain, seq, previous }: { chain: string; seq: number; previous: string },
  present: ReadonlySet<number>,
): Pick<Fault, "kind" | "message"> | undefined {
  if (event.chain !== chain) {
    return { kind: "replaced", message: `event ${seq} belongs to the chain ${event.chain}` };
  }
  if (!saysWhatItsHashSays(event)) {
    return { kind: "edited", message: `event ${seq} (${event.type}) is not what was written` };
  }
  if (event.seq !== seq && !present.has(seq)) {
    return { kind: "removed", message: `event ${seq} is gone; event ${event.seq} stands in its place` };
  }
  if (event.seq !== seq) {
    return { kind: "reordered", message: `event ${event.seq} stands where event ${seq} belongs` };
  }
  if (event.previous !== previous) {
    return { kind: "replaced", message: `event ${seq} does not follow from event ${seq - 1}` };
  }
  return undefined;
}

function saysWhatItsHashSays(event: TimelineEvent): boolean {
  try {
    return hashOf(event) === event.hash;
  } catch {
    // Numbers and characters that no JSON of ours can hold were written by somebody else.
    return false;
  }
}

function disagreement(chain: string, witness: Anchor, length: number): Fault {
  const at = { chain, seq: witness.seq };
  if (witness.seq > length) {
    return {
      ...at,
      kind: "cut-tail",
      message: `the record ends at event ${length}, but event ${witness.seq} was once written`,
    };
  }
  return { ...at, kind: "replaced", message: `event ${witness.seq} is not the one written down elsewhere` };
}

/** What the workspace's chain says of one execution. */
interface Registration {
  /** False when an anchor alone tells of it. */
  readonly entered: boolean;
  /** The heads it wrote down: of the beginning, and of every end. */
  readonly heads: readonly ChainHead[];
  /** The head at the end; absent while the execution is open. */
  readonly ended?: ChainHead | undefined;
}

const NEVER_ENTERED: Registration = { entered: false, heads: [] };

/**
 * Checks the whole workspace: its own chain, then each execution it tells of.
 * `chains` holds every execution chain found in the store.
 */
export function verifyWorkspace(
  workspace: readonly TimelineEvent[],
  chains: ReadonlyMap<string, readonly TimelineEvent[]>,
  anchors: readonly Anchor[],
): Fault[] {
  const anchored = Map.groupBy(anchors, ({ chain }) => chain);
  const registered = registrations(workspace);
  const executions = new Set([...registered.keys(), ...anchored.keys(), ...chains.keys()]);
  executions.delete(WORKSPACE_CHAIN);
  return [
    ...verifyChain(WORKSPACE_CHAIN, workspace, anchored.get(WORKSPACE_CHAIN) ?? []),
    ...[...executions].flatMap((id) =>
      verifyExecution(id, chains.get(id) ?? [], registered.get(id) ?? NEVER_ENTERED, anchored.get(id) ?? []),
    ),
  ];
}

function verifyExecution(
  executionId: string,
  events: readonly TimelineEvent[],
  { entered, heads, ended }: Registration,
  anchors: readonly Anchor[],
): Fault[] {
  if (events.length === 0) {
    const message = entered
      ? `execution ${executionId} is gone; the workspace's record says it began`
      : `execution ${executionId} has no record of its own`;
    return [{ chain: executionId, seq: 1, kind: "missing-execution", message }];
  }
  if (!entered) {
    const message = `execution ${executionId} was never entered in the workspace's record`;
    return [{ chain: executionId, seq: 1, kind: "added", message }];
  }
  const witnesses = [...anchors, ...heads.map((head) => ({ chain: executionId, ...head }))];
  const faults = verifyChain(executionId, events, witnesses);
  const next = events[ended?.seq ?? Number.POSITIVE_INFINITY];
  if (faults.length === 0 && next) {
    const message = `event ${next.seq} was added after the execution had ended`;
    faults.push({ chain: executionId, seq: next.seq, kind: "added", message });
  }
  return faults;
}

function registrations(workspace: readonly TimelineEvent[]): Map<string, Registration> {
  const found = new Map<string, Registration>();
  for (const { type, data } of workspace) {
    // An event that somebody edited may hold anything, or nothing.
    const executionId = data?.["executionId"];
    if (typeof executionId !== "string") continue;
    const head = headIn(data);
    const heads = [...(found.get(executionId)?.heads ?? []), ...(head ? [head] : [])];
    found.set(executionId, { entered: true, heads, ended: type === "execution.ended" ? head : undefined });
  }
  return found;
}

function headIn({ seq, hash }: TimelineEvent["data"]): ChainHead | undefined {
  return typeof seq === "number" && typeof hash === "string" ? { seq, hash } : undefined;
}

/** Heads of a chain that ought to be written down apart from it and are not: one fault, at the first. */
export function anchorFaults(
  chain: string,
  events: readonly TimelineEvent[],
  anchors: readonly ChainHead[],
): Fault[] {
  const written = new Set(anchors.map(({ seq, hash }) => `${seq} ${hash}`));
  const due = events.filter(({ type }) => isAnchored(type));
  const missing = due.filter(({ seq, hash }) => !written.has(`${seq} ${hash}`));
  const [first] = missing;
  if (!first) return [];
  const message = `${missing.length} of ${due.length} heads are not among the anchors, where they were once written`;
  return [{ chain, seq: first.seq, kind: "unanchored", message }];
}
