import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Which executions a process that does not drive has started, stopped or answered: the driver looks at them. */
export class Notices {
  readonly #insert: StatementSync;
  readonly #all: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT INTO engine_notices (execution) VALUES (?)");
    this.#all = database.prepare("SELECT id, execution FROM engine_notices ORDER BY id");
    this.#delete = database.prepare("DELETE FROM engine_notices WHERE id <= ?");
  }

  post(execution: number): void {
    this.#insert.run(execution);
  }

  /** The executions noticed so far, and the id up to which they can be forgotten. */
  read(): { executions: Set<number>; last: number } {
    const rows = this.#all.all();
    const executions = new Set(rows.map((row) => row["execution"] as number));
    return { executions, last: (rows.at(-1)?.["id"] as number | undefined) ?? 0 };
  }

  forget(last: number): void {
    this.#delete.run(last);
  }
}
