import { digestOf } from "../digest.ts";

/** What goes into the record. `data` is plain JSON. */
export interface TimelineEntry {
  readonly at: string;
  readonly type: string;
  /** A principal, or the function that acted: `agent:sentinel`. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface TimelineEvent extends TimelineEntry {
  /** The execution's id, or `workspace`. */
  readonly chain: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** Hash of the event before; of the first one, GENESIS. */
  readonly previous: string;
  readonly hash: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The chain into which every execution's beginning and end are entered. */
export const WORKSPACE_CHAIN = "workspace";

export const GENESIS = "0".repeat(64);

const EMPTY: ChainHead = { seq: 0, hash: GENESIS };

/** The next event of a chain: its hash covers everything it says and, through `previous`, all that came before. */
export function link(chain: string, head: ChainHead | undefined, entry: TimelineEntry): TimelineEvent {
  const { seq, hash: previous } = head ?? EMPTY;
  const event = {
    chain,
    seq: seq + 1,
    at: entry.at,
    type: entry.type,
    actor: entry.actor,
    data: entry.data,
    previous,
  };
  return { ...event, hash: digestOf(event) };
}

/** The hash an event ought to have by what it says. */
export function hashOf({ hash: _stored, ...event }: TimelineEvent): string {
  return digestOf(event);
}

/** Events whose place in the chain is anchored outside the table as soon as they are stored. */
const ANCHORED = new Set([
  "execution.began",
  "execution.reopened",
  "execution.ended",
  "gate.opened",
  "gate.decided",
  "gate.glass-broken",
  "gate.glass-reviewed",
  "apply.began",
  "apply.ended",
]);

export function isAnchored(type: string): boolean {
  return ANCHORED.has(type);
}
