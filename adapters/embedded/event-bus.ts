import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import {
  type DomainEvent,
  type EventBus,
  EventsRefused,
  unpublishable,
} from "../../core/events/event-bus.ts";
import { daysAfter } from "../../core/table/expiry.ts";

const TABLE = `
  CREATE TABLE IF NOT EXISTS bus_event (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS bus_event_expiry ON bus_event (expires_at);
`;

/** How long events can be read again, as in the archive of the bus on AWS. */
const KEPT_DAYS = 7;

export interface PublishedEvent {
  readonly position: number;
  readonly event: DomainEvent;
}

/** The bus on one machine: a table in the workspace's file, for whoever reads on from where they were. */
export class SqliteEventBus implements EventBus {
  readonly #database: DatabaseSync;
  readonly #clock: Pick<Clock, "now">;

  constructor(database: DatabaseSync, clock: Pick<Clock, "now">) {
    this.#database = database;
    this.#clock = clock;
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    const refused = new Map<string, string>();
    for (const event of events) {
      const why = unpublishable(event);
      if (why !== undefined) refused.set(event.id, why);
    }
    this.#keep(events.filter(({ id }) => !refused.has(id)));
    if (refused.size > 0) throw new EventsRefused(refused);
  }

  /** What was published after a position, in the order it came in. */
  read(after: number, limit: number): PublishedEvent[] {
    this.#database.exec(TABLE);
    return this.#database
      .prepare("SELECT position, event FROM bus_event WHERE position > ? ORDER BY position LIMIT ?")
      .all(after, limit)
      .map(({ position, event }) => ({
        position: Number(position),
        event: JSON.parse(String(event)) as DomainEvent,
      }));
  }

  /** An event that is published again is there already; one past its time is forgotten. */
  #keep(events: readonly DomainEvent[]): void {
    const now = this.#clock.now();
    const rows = events.map((event) => ({ id: event.id, event: JSON.stringify(event) }));
    this.#database.exec(TABLE);
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO bus_event (id, event, expires_at)
         SELECT value ->> 'id', value ->> 'event', ? FROM json_each(?)`,
      )
      .run(daysAfter(now, KEPT_DAYS), JSON.stringify(rows));
    this.#database.prepare("DELETE FROM bus_event WHERE expires_at <= ?").run(daysAfter(now, 0));
  }
}
