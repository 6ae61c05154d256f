import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import {
  bodyText,
  type HeldTask,
  MOST_RECEIVED,
  notHeld,
  type Receiving,
  type Task,
  type TaskQueue,
} from "../../core/queue/task-queue.ts";

const TABLE = `
  CREATE TABLE IF NOT EXISTS queue_task (
    position INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    visible_at INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0, receipt TEXT UNIQUE
  ) STRICT;
  CREATE INDEX IF NOT EXISTS queue_task_visible ON queue_task (queue, visible_at, position);
`;

/** How often somebody who waits looks again, in milliseconds. */
const LOOK_MS = 100;

export interface QueueOptions {
  readonly name: string;
  /** Where tasks go that were taken this often and never deleted; without it they come for ever. */
  readonly deadLetters?: { readonly name: string; readonly after: number };
}

/** A queue on one machine: a table in the workspace's file. */
export class SqliteTaskQueue implements TaskQueue {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #options: QueueOptions;

  constructor(database: DatabaseSync, clock: Clock, options: QueueOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#options = options;
  }

  async send(tasks: readonly Task[]): Promise<void> {
    const rows = tasks.map((task) => ({ id: task.id, body: bodyText(task) }));
    // One statement is one transaction: all of them are kept or none.
    this.#statement(
      `INSERT INTO queue_task (queue, id, body, visible_at)
       SELECT ?, value ->> 'id', value ->> 'body', ? FROM json_each(?)`,
    ).run(this.#options.name, this.#now(), JSON.stringify(rows));
  }

  async receive({ most, visibilitySeconds, waitSeconds = 0, signal }: Receiving): Promise<HeldTask[]> {
    const until = this.#now() + waitSeconds * 1000;
    for (;;) {
      if (signal?.aborted) return [];
      const taken = this.#take(Math.min(most, MOST_RECEIVED), visibilitySeconds);
      if (taken.length > 0 || this.#now() >= until) return taken;
      await this.#clock.sleep(LOOK_MS, signal);
    }
  }

  async delete(tasks: readonly HeldTask[]): Promise<void> {
    this.#statement(
      "DELETE FROM queue_task WHERE queue = ? AND receipt IN (SELECT value FROM json_each(?))",
    ).run(this.#options.name, JSON.stringify(tasks.map(({ receipt }) => receipt)));
  }

  async extend({ id, receipt }: HeldTask, seconds: number): Promise<void> {
    const { changes } = this.#statement(
      "UPDATE queue_task SET visible_at = ? WHERE queue = ? AND receipt = ?",
    ).run(this.#now() + seconds * 1000, this.#options.name, receipt);
    if (changes === 0) throw notHeld(id);
  }

  #take(most: number, visibilitySeconds: number): HeldTask[] {
    this.#bury();
    const now = this.#now();
    const rows = this.#statement(
      `UPDATE queue_task SET visible_at = ?, receives = receives + 1, receipt = hex(randomblob(16))
       WHERE position IN (
         SELECT position FROM queue_task WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, position LIMIT ?
       ) RETURNING id, body, receives, receipt`,
    ).all(now + visibilitySeconds * 1000, this.#options.name, now, most);
    return rows.map(heldTask);
  }

  #bury(): void {
    const { name, deadLetters } = this.#options;
    if (!deadLetters) return;
    this.#statement(
      `UPDATE queue_task SET queue = ?, receives = 0, receipt = NULL
       WHERE queue = ? AND visible_at <= ? AND receives >= ?`,
    ).run(deadLetters.name, name, this.#now(), deadLetters.after);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #statement(sql: string): ReturnType<DatabaseSync["prepare"]> {
    this.#database.exec(TABLE);
    return this.#database.prepare(sql);
  }
}

function heldTask({ id, body, receives, receipt }: Record<string, unknown>): HeldTask {
  return {
    id: String(id),
    body: JSON.parse(String(body)) as HeldTask["body"],
    receives: Number(receives),
    receipt: String(receipt),
  };
}
