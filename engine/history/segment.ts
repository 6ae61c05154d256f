import type { Json, JsonObject } from "../json.ts";
import { detailsName, EVENT_TYPES, type EventType, type HistoryEvent } from "./event.ts";

/** The events of one commit as text: when the first happened, then each event. */
type Segment = [time: number, ...events: KeptEvent[]];

/** An event's type, how long after the first it happened, how far back its predecessor is, and its details. */
type KeptEvent = [type: number, delay: number, back: number, details?: JsonObject];

const CODES = new Map(EVENT_TYPES.map((type, code) => [type, code]));

/** The details that carry a payload. */
const PAYLOADS = ["input", "output", "parameters"] as const;

/** Stands for a payload that is the one before it once more: what a state puts out is what the next takes in. */
const SAME = 0;

/** Writes consecutive events as one text. */
export function encodeSegment(events: readonly HistoryEvent[]): string {
  const time = events[0]?.timestamp ?? 0;
  const payloads = new Payloads();
  const segment: Segment = [time];
  for (const event of events) {
    const { type, timestamp, id, previousEventId } = event;
    const details = event[detailsName(type)];
    const place = [CODES.get(type) ?? -1, timestamp - time, id - previousEventId] as const;
    segment.push(details ? [...place, payloads.replace(details, SAME)] : [...place]);
  }
  return JSON.stringify(segment);
}

/** Reads the events of a segment whose first has an id. */
export function decodeSegment(text: string, firstId: number): HistoryEvent[] {
  const [time, ...kept] = JSON.parse(text) as Segment;
  const payloads = new Payloads();
  return kept.map(([code, delay, back, details], index) => {
    const type = EVENT_TYPES[code] as EventType;
    const id = firstId + index;
    const event = { timestamp: time + delay, type, id, previousEventId: id - back };
    return details ? { ...event, [detailsName(type)]: payloads.restore(details, SAME) } : event;
  });
}

/** Remembers the last payload of a segment. */
class Payloads {
  #last: Json | undefined;

  /** The details with the mark in the place of a payload that is the last one again. */
  replace(details: JsonObject, mark: Json): JsonObject {
    let replaced = details;
    for (const field of PAYLOADS) {
      const payload = details[field];
      if (payload === undefined) continue;
      if (payload === this.#last) replaced = { ...replaced, [field]: mark };
      this.#last = payload;
    }
    return replaced;
  }

  /** The details with the last payload in the place of the mark. */
  restore(details: JsonObject, mark: Json): JsonObject {
    let restored = details;
    for (const field of PAYLOADS) {
      const payload = restored[field];
      if (payload === undefined) continue;
      if (payload === mark && this.#last !== undefined) restored = { ...restored, [field]: this.#last };
      else this.#last = payload;
    }
    return restored;
  }
}
