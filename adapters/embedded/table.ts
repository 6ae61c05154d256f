import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import { cursorAt, positionOf } from "../../core/table/cursor.ts";
import { attributesText, requireStorable } from "../../core/table/limits.ts";
import {
  type Attributes,
  type Expectation,
  type Item,
  type Key,
  type NewItem,
  type Page,
  type Query,
  type Table,
  TableError,
  versionAfter,
  type Write,
} from "../../core/table/table.ts";

/** Creates what the table needs; the caller holds a transaction. */
export function migrateTable(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS item (
      pk TEXT NOT NULL, sk TEXT NOT NULL, attributes TEXT NOT NULL, version INTEGER NOT NULL,
      index1_pk TEXT, index1_sk TEXT, index2_pk TEXT, index2_sk TEXT, expires_at INTEGER,
      PRIMARY KEY (pk, sk)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS item_index1 ON item (index1_pk, index1_sk, pk, sk) WHERE index1_pk IS NOT NULL;
    CREATE INDEX IF NOT EXISTS item_index2 ON item (index2_pk, index2_sk, pk, sk) WHERE index2_pk IS NOT NULL;
    CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
  `);
}

interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly attributes: string;
  readonly version: number;
  readonly index1_pk: string | null;
  readonly index1_sk: string | null;
  readonly index2_pk: string | null;
  readonly index2_sk: string | null;
  readonly expires_at: number | null;
}

const SQLITE_BUSY = 5;

/** The workspace's table in SQLite, with the semantics of one DynamoDB table. */
export class SqliteTable implements Table {
  readonly #database: DatabaseSync;
  readonly #clock: Pick<Clock, "now">;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(database: DatabaseSync, clock: Pick<Clock, "now">) {
    this.#database = database;
    this.#clock = clock;
  }

  get({ pk, sk }: Key): Promise<Item | undefined> {
    return attempt(() => {
      const row = this.#row(pk, sk);
      return row && !this.#isExpired(row) ? itemOf(row) : undefined;
    });
  }

  query(query: Query): Promise<Page> {
    return attempt(() => {
      const rows = this.#select(query);
      const items = rows.slice(0, query.limit).map(itemOf);
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return last ? { items, cursor: cursorAt(positionIn(last, query)) } : { items };
    });
  }

  transact(writes: readonly Write[]): Promise<void> {
    return attempt(() => {
      requireStorable(writes);
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const write of writes) this.#apply(write);
        this.#database.exec("COMMIT");
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Removes what has expired, as DynamoDB does by itself; says how many rows went. */
  removeExpired(): number {
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    return Number(this.#statement("DELETE FROM item WHERE expires_at <= ?").run(now).changes);
  }

  #apply(write: Write): void {
    if ("put" in write) this.#put(write.put, write.expect);
    else if ("remove" in write) {
      this.#expect(write.remove, write.expect);
      this.#statement("DELETE FROM item WHERE pk = ? AND sk = ?").run(write.remove.pk, write.remove.sk);
    } else this.#expect(write.check, write.expect);
  }

  #put(item: NewItem, expect: Expectation): void {
    this.#expect(item, expect);
    this.#statement(
      `INSERT OR REPLACE INTO item
       (pk, sk, attributes, version, index1_pk, index1_sk, index2_pk, index2_sk, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      item.pk,
      item.sk,
      attributesText(item),
      versionAfter(expect),
      item.index1?.pk ?? null,
      item.index1?.sk ?? null,
      item.index2?.pk ?? null,
      item.index2?.sk ?? null,
      item.expiresAt ?? null,
    );
  }

  #expect({ pk, sk }: Key, expect: Expectation): void {
    const row = this.#row(pk, sk);
    const held = row && !this.#isExpired(row) ? row.version : "absent";
    if (held !== expect) throw new TableError("Conflict", `${pk} ${sk} is at ${held}, not ${expect}`);
  }

  #row(pk: string, sk: string): Row | undefined {
    return this.#statement("SELECT * FROM item WHERE pk = ? AND sk = ?").get(pk, sk) as Row | undefined;
  }

  #isExpired({ expires_at }: Row): boolean {
    return expires_at !== null && expires_at * 1000 <= this.#clock.now().getTime();
  }

  #select(query: Query): Row[] {
    const { pk, prefix = "", index, limit, cursor, after, newestFirst = false } = query;
    const [pkColumn, skColumn] = index ? [`${index}_pk`, `${index}_sk`] : ["pk", "sk"];
    const columns = index ? `(${skColumn}, pk, sk)` : "(sk)";
    const where = [
      `${pkColumn} = ?`,
      `${skColumn} >= ?`,
      `${skColumn} < ?`,
      "(expires_at IS NULL OR expires_at > ?)",
    ];
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    const values: SQLInputValue[] = [pk, prefix, `${prefix}\u{10ffff}`, now];
    if (cursor !== undefined || after !== undefined) {
      const position = cursor === undefined ? [after ?? ""] : positionOf(cursor, query);
      where.push(`${columns} ${newestFirst ? "<" : ">"} (${position.map(() => "?").join(", ")})`);
      values.push(...position);
    }
    const order = newestFirst ? "DESC" : "ASC";
    const by = index ? `${skColumn} ${order}, pk ${order}, sk ${order}` : `sk ${order}`;
    const sql = `SELECT * FROM item WHERE ${where.join(" AND ")} ORDER BY ${by} LIMIT ?`;
    return this.#statement(sql).all(...values, limit + 1) as unknown as Row[];
  }

  #statement(sql: string): ReturnType<DatabaseSync["prepare"]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The table answers asynchronously, as DynamoDB does, though SQLite does not. */
function attempt<Result>(work: () => Result): Promise<Result> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    const busy = (error as { errcode?: unknown }).errcode === SQLITE_BUSY;
    return Promise.reject(
      busy
        ? new TableError("Unavailable", "the workspace is locked by another process; try again", {
            cause: error,
          })
        : error,
    );
  }
}

function itemOf(row: Row): Item {
  return {
    pk: row.pk,
    sk: row.sk,
    attributes: JSON.parse(row.attributes) as Attributes,
    version: row.version,
    ...(row.index1_pk !== null && row.index1_sk !== null
      ? { index1: { pk: row.index1_pk, sk: row.index1_sk } }
      : {}),
    ...(row.index2_pk !== null && row.index2_sk !== null
      ? { index2: { pk: row.index2_pk, sk: row.index2_sk } }
      : {}),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}

function positionIn(row: Row, { index }: Query): string[] {
  return index ? [row[`${index}_sk`] ?? "", row.pk, row.sk] : [row.sk];
}
