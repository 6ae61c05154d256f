import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Definitions by their hash, and which of them a state machine's name stands for now. */
export class Definitions {
  readonly #insert: StatementSync;
  readonly #name: StatementSync;
  readonly #hashOf: StatementSync;
  readonly #definition: StatementSync;
  readonly #names: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT OR IGNORE INTO engine_definitions VALUES (?, ?)");
    this.#name = database.prepare(
      `INSERT INTO engine_state_machines VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET hash = excluded.hash WHERE hash <> excluded.hash`,
    );
    this.#hashOf = database.prepare("SELECT hash FROM engine_state_machines WHERE name = ?");
    this.#definition = database.prepare("SELECT definition FROM engine_definitions WHERE hash = ?");
    this.#names = database.prepare("SELECT name FROM engine_state_machines ORDER BY name");
  }

  save(name: string, hash: string, definition: string): void {
    this.#insert.run(hash, definition);
    this.#name.run(name, hash);
  }

  hashOf(name: string): string | undefined {
    return this.#hashOf.get(name)?.["hash"] as string | undefined;
  }

  definition(hash: string): string | undefined {
    return this.#definition.get(hash)?.["definition"] as string | undefined;
  }

  names(): string[] {
    return this.#names.all().map((row) => row["name"] as string);
  }
}
