import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The power is gone: nothing more reaches the disk. */
export class PowerLost extends Error {
  override readonly name = "PowerLost";
}

/**
 * A database whose power fails before the statement with a given number: that one and all later ones throw, so that
 * the file holds what the last COMMIT that returned has made durable. Counts the statements it lets through.
 */
export class FaultyDatabase {
  readonly #database: DatabaseSync;
  readonly #lastStatement: number;
  statements = 0;
  commits = 0;
  lost = false;

  constructor(database: DatabaseSync, lastStatement = Number.POSITIVE_INFINITY) {
    this.#database = database;
    this.#lastStatement = lastStatement;
  }

  /** The database as the engine sees it. */
  get connection(): DatabaseSync {
    return new Proxy(this.#database, {
      get: (target, name) => {
        if (name === "prepare") return (sql: string) => this.#guarded(target.prepare(sql), sql);
        if (name === "isTransaction") return !this.lost && target.isTransaction;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** What a power cut does to the connection. */
  cut(): void {
    this.lost = true;
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.#database.close();
  }

  #guarded(statement: StatementSync, sql: string): StatementSync {
    return new Proxy(statement, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...values: unknown[]) => {
          if (this.lost || ++this.statements > this.#lastStatement) {
            this.lost = true;
            throw new PowerLost();
          }
          const result: unknown = value.apply(target, values);
          if (sql === "COMMIT") this.commits += 1;
          return result;
        };
      },
    });
  }
}
