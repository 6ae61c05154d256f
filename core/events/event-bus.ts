import { NamedError } from "../errors.ts";
import type { TimelineEvent } from "../timeline/chain.ts";

/** Something that happened to an execution, told to whoever listens. */
export interface DomainEvent {
  /** The same however often the event is published, so that whoever takes it can drop what they have seen. */
  readonly id: string;
  /** In the timeline's words: `gate.opened`. */
  readonly type: string;
  readonly at: string;
  readonly executionId: string;
  /** Its place in the execution's timeline: later events have higher ones, whatever order they arrive in. */
  readonly seq: number;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Bytes of one event as JSON: EventBridge's 256 KiB with what it adds around them. */
export const EVENT_BYTES = 255 * 1024;

/** Some events did not get onto the bus; all others did. */
export class EventsRefused extends NamedError<"EventsRefused"> {
  readonly ids: ReadonlySet<string>;

  constructor(reasons: ReadonlyMap<string, string>) {
    const told = [...reasons].map(([id, reason]) => `${id} (${reason})`);
    super("EventsRefused", `the event bus did not take ${told.join(", ")}; all others were published`);
    this.ids = new Set(reasons.keys());
  }
}

/** Where events go: EventBridge, or a table in the same file. */
export interface EventBus {
  /**
   * Publishes events at least once each; in which order they arrive is not promised.
   * @throws EventsRefused, or the home's own error when it is not known of any whether it was published
   */
  publish(events: readonly DomainEvent[]): Promise<void>;
}

/** Why a bus cannot take an event; undefined when it can. */
export function unpublishable(event: DomainEvent): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  return bytes > EVENT_BYTES ? `it has ${bytes} bytes and may have ${EVENT_BYTES}` : undefined;
}

/** What of a timeline is published: how executions and gates change their state. */
const PUBLISHED = new Set([
  "execution.requested",
  "execution.paused",
  "execution.unpaused",
  "execution.ended",
  "budget.exhausted",
  "stage.entered",
  "gate.opened",
  "gate.decided",
  "gate.expired",
  "gate.closed",
  "approval.voided",
  "apply.began",
  "rollback.began",
]);

/** The event to publish for an entry of an execution's timeline, if it is one that others are told of. */
export function domainEventOf({ chain, seq, type, at, actor, data }: TimelineEvent): DomainEvent | undefined {
  if (!PUBLISHED.has(type)) return undefined;
  // What people wrote stays in the record: it may be long, and it is for those who may read it there.
  const { notes: _notes, ...told } = data;
  return { id: `${chain}#${seq}`, type, at, executionId: chain, seq, actor, data: told };
}
