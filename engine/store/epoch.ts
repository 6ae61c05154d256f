import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Which driver may move executions on: the latest to have claimed it. */
export class Epoch {
  readonly #claim: StatementSync;
  readonly #current: StatementSync;

  constructor(database: DatabaseSync) {
    this.#claim = database.prepare("UPDATE engine_driver SET epoch = epoch + 1 RETURNING epoch");
    this.#current = database.prepare("SELECT epoch FROM engine_driver");
  }

  claim(): number {
    return this.#claim.get()?.["epoch"] as number;
  }

  current(): number {
    return this.#current.get()?.["epoch"] as number;
  }
}
