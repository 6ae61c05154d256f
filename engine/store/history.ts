import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { HistoryEvent } from "../history/event.ts";
import { decodeSegment, encodeSegment } from "../history/segment.ts";
import { SPAN } from "./schema.ts";

/**
 * The histories of executions, kept as segments: the events of one commit in one row. Rows are appended, whichever
 * execution they belong to, so that a commit fills few pages; an index finds them by execution and first event.
 */
export class History {
  readonly #insert: StatementSync;
  readonly #upTo: StatementSync;
  readonly #from: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT INTO engine_history (place, events) VALUES (?, ?)");
    this.#upTo = database.prepare(
      "SELECT place, events FROM engine_history WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1",
    );
    this.#from = database.prepare(
      "SELECT place, events FROM engine_history WHERE place BETWEEN ? AND ? ORDER BY place LIMIT ?",
    );
  }

  append(execution: number, events: readonly HistoryEvent[]): void {
    const [first] = events;
    if (first) this.#insert.run(execution * SPAN + first.id, encodeSegment(events));
  }

  /** The id that the next event of an execution will have. */
  nextEvent(execution: number): number {
    return (this.segmentUpTo(execution, SPAN - 1).at(-1)?.id ?? 0) + 1;
  }

  event(execution: number, id: number): HistoryEvent | undefined {
    return this.segmentUpTo(execution, id).find((event) => event.id === id);
  }

  /** The last segment that begins at or before an event. */
  segmentUpTo(execution: number, id: number): HistoryEvent[] {
    const row = this.#upTo.get(execution * SPAN, execution * SPAN + id);
    return row ? decode(row) : [];
  }

  /** The first segments that begin at or after an event. */
  segmentsFrom(execution: number, id: number, limit: number): HistoryEvent[] {
    const rows = this.#from.all(execution * SPAN + id, execution * SPAN + SPAN - 1, limit);
    return rows.flatMap(decode);
  }
}

function decode(row: Record<string, SQLOutputValue>): HistoryEvent[] {
  return decodeSegment(row["events"] as string, (row["place"] as number) % SPAN);
}
