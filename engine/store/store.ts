import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Definitions } from "./definitions.ts";
import { Epoch } from "./epoch.ts";
import { Executions } from "./executions.ts";
import { Frames } from "./frames.ts";
import { History } from "./history.ts";
import { Notices } from "./notices.ts";
import { migrate } from "./schema.ts";
import { Tokens } from "./tokens.ts";

/** The engine's tables. */
export class Store {
  readonly definitions: Definitions;
  readonly executions: Executions;
  readonly frames: Frames;
  readonly history: History;
  readonly tokens: Tokens;
  readonly notices: Notices;
  readonly epoch: Epoch;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #dataVersion: StatementSync;

  constructor(database: DatabaseSync) {
    migrate(database);
    this.#database = database;
    this.definitions = new Definitions(database);
    this.executions = new Executions(database);
    this.frames = new Frames(database);
    this.history = new History(database);
    this.tokens = new Tokens(database);
    this.notices = new Notices(database);
    this.epoch = new Epoch(database);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
    this.#dataVersion = database.prepare("PRAGMA data_version");
  }

  /** Runs a synchronous block as one transaction; what it returns is durable when this returns. */
  transaction<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#rollback.run();
      throw error;
    }
  }

  /** A number that changes when another connection has committed something. */
  dataVersion(): number {
    return this.#dataVersion.get()?.["data_version"] as number;
  }
}
