import { executionArn, type Home } from "../arn.ts";
import type { HistoryEvent as KeptEvent } from "../history/event.ts";
import type { JsonObject } from "../json.ts";
import type { Store } from "../store/store.ts";
import { findExecution } from "./executions.ts";
import { pageSize, pageStart, pageToken } from "./paging.ts";

export interface GetExecutionHistoryInput {
  readonly executionArn: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
}

/** An event as GetExecutionHistory gives it. */
export interface HistoryEvent extends Omit<KeptEvent, "timestamp"> {
  readonly timestamp: Date;
}

export interface GetExecutionHistoryOutput {
  readonly events: HistoryEvent[];
  readonly nextToken?: string;
}

/** The details that carry a payload, for which the service says that it is whole. */
const PAYLOADS = ["input", "output", "assignedVariables"];

/** One page of an execution's history. */
export function getExecutionHistory(
  store: Store,
  home: Home,
  { executionArn: arn, maxResults, nextToken, reverseOrder = false }: GetExecutionHistoryInput,
): GetExecutionHistoryOutput {
  const { id, state_machine, name } = findExecution(store, arn);
  const size = pageSize(maxResults);
  const listing = `${executionArn(home, state_machine, name)} ${reverseOrder ? "reversed" : "history"}`;
  const first = reverseOrder ? store.history.nextEvent(id) - 1 : 1;
  const start = nextToken === undefined ? first : pageStart(listing, nextToken);
  const read = reverseOrder ? readBackwards(store, id, start, size) : readForwards(store, id, start, size);
  const events = read.slice(0, size).map(asGiven);
  const following = read[size];
  return following ? { events, nextToken: pageToken(listing, following.id) } : { events };
}

/** One event more than asked for, to know whether there is another page. */
function readForwards(store: Store, id: number, start: number, size: number): KeptEvent[] {
  const events = store.history.segmentUpTo(id, start).filter((event) => event.id >= start);
  while (events.length <= size) {
    const next = (events.at(-1)?.id ?? start - 1) + 1;
    const more = store.history.segmentsFrom(id, next, size);
    if (more.length === 0) break;
    events.push(...more);
  }
  return events;
}

function readBackwards(store: Store, id: number, start: number, size: number): KeptEvent[] {
  const events: KeptEvent[] = [];
  for (let last = start; events.length <= size && last > 0; ) {
    const segment = store.history.segmentUpTo(id, last).filter((event) => event.id <= last);
    if (segment.length === 0) break;
    events.push(...segment.toReversed());
    last = (segment[0]?.id ?? 1) - 1;
  }
  return events;
}

function asGiven({ timestamp, type, id, previousEventId, ...rest }: KeptEvent): HistoryEvent {
  const details = Object.entries(rest).map(([name, value]) => [name, withTruncation(value as JsonObject)]);
  return { timestamp: new Date(timestamp), type, id, previousEventId, ...Object.fromEntries(details) };
}

function withTruncation(details: JsonObject): JsonObject {
  const notes = PAYLOADS.filter((name) => details[name] !== undefined);
  return { ...details, ...Object.fromEntries(notes.map((name) => [`${name}Details`, { truncated: false }])) };
}
