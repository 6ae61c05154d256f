import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import { fitToSend, type Mail, type Mailer } from "../../core/mail/mailer.ts";

const TABLE = `
  CREATE TABLE IF NOT EXISTS mail (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, mail TEXT NOT NULL
  ) STRICT;
`;

export interface SentMail extends Mail {
  readonly position: number;
  readonly at: string;
}

/** Mails on one machine go nowhere: they are kept in the workspace's file, where everybody can open them. */
export class SqliteMailer implements Mailer {
  readonly #database: DatabaseSync;
  readonly #clock: Pick<Clock, "now">;

  constructor(database: DatabaseSync, clock: Pick<Clock, "now">) {
    this.#database = database;
    this.#clock = clock;
  }

  async send(mail: Mail): Promise<void> {
    const fit = fitToSend(mail);
    this.#database.exec(TABLE);
    this.#database
      .prepare("INSERT INTO mail (id, at, mail) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
      .run(fit.id, this.#clock.now().toISOString(), JSON.stringify(fit));
  }

  /** The newest first, before a position where one is given. */
  sent(limit: number, before = Number.MAX_SAFE_INTEGER): SentMail[] {
    this.#database.exec(TABLE);
    return this.#database
      .prepare("SELECT position, at, mail FROM mail WHERE position < ? ORDER BY position DESC LIMIT ?")
      .all(before, limit)
      .map(({ position, at, mail }) => ({
        ...(JSON.parse(String(mail)) as Mail),
        position: Number(position),
        at: String(at),
      }));
  }
}
