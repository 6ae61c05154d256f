import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { CloudError } from "../../../../core/cloud/errors.ts";

const PREPARED = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

function prepared(database: DatabaseSync, sql: string): StatementSync {
  const known = PREPARED.get(database) ?? new Map<string, StatementSync>();
  PREPARED.set(database, known);
  const statement = known.get(sql) ?? database.prepare(sql);
  known.set(sql, statement);
  return statement;
}

export type Row = Readonly<Record<string, SQLInputValue>>;

export function rows(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): readonly Row[] {
  return prepared(database, sql).all(...values) as Row[];
}

export function row(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row | undefined {
  return prepared(database, sql).get(...values) as Row | undefined;
}

export function run(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): void {
  prepared(database, sql).run(...values);
}

/**
 * Does all of the work or none of it, alone among the processes that share the file.
 * @throws CloudError CloudUnavailable when another process keeps the file too long
 */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  guard(() => database.exec("BEGIN IMMEDIATE"));
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

const SQLITE_BUSY = 5;

function guard(begin: () => void): void {
  try {
    begin();
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new CloudError(
      "CloudUnavailable",
      "the sandbox account is in use by another process; try again in a moment",
      { cause: error },
    );
  }
}

const TABLES = `
CREATE TABLE IF NOT EXISTS sandbox_account (
  environment TEXT PRIMARY KEY,
  account TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS sandbox_stack (
  stack_id TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  live INTEGER NOT NULL,
  status TEXT NOT NULL,
  status_reason TEXT,
  created_at INTEGER NOT NULL,
  last_updated_at INTEGER,
  deleted_at INTEGER,
  last_event_at INTEGER NOT NULL,
  due_at INTEGER,
  definition TEXT,
  outputs TEXT NOT NULL,
  exports TEXT NOT NULL,
  policy TEXT,
  operation TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS sandbox_stack_by_name ON sandbox_stack (environment, name) WHERE live = 1;
CREATE INDEX IF NOT EXISTS sandbox_stack_due ON sandbox_stack (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS sandbox_stack_serial ON sandbox_stack (environment, name);
CREATE TABLE IF NOT EXISTS sandbox_resource (
  stack_id TEXT NOT NULL,
  logical_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  environment TEXT NOT NULL,
  held INTEGER NOT NULL,
  present INTEGER NOT NULL,
  unique_name TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (stack_id, logical_id, generation)
) STRICT;
CREATE INDEX IF NOT EXISTS sandbox_resource_by_name ON sandbox_resource (unique_name) WHERE present = 1;
CREATE TABLE IF NOT EXISTS sandbox_event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  stack_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (stack_id, event_id)
) STRICT;
CREATE INDEX IF NOT EXISTS sandbox_event_by_stack ON sandbox_event (stack_id, sequence);
CREATE TABLE IF NOT EXISTS sandbox_change_set (
  arn TEXT PRIMARY KEY,
  stack_id TEXT NOT NULL,
  name TEXT NOT NULL,
  client_token TEXT NOT NULL,
  execution_status TEXT NOT NULL,
  description TEXT NOT NULL,
  definition TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS sandbox_change_set_by_name ON sandbox_change_set (stack_id, name);
CREATE INDEX IF NOT EXISTS sandbox_change_set_available ON sandbox_change_set (stack_id)
  WHERE execution_status = 'AVAILABLE';
CREATE TABLE IF NOT EXISTS sandbox_request (
  environment TEXT NOT NULL,
  stack TEXT NOT NULL,
  action TEXT NOT NULL,
  client_token TEXT NOT NULL,
  PRIMARY KEY (environment, stack, action, client_token)
) STRICT;
CREATE TABLE IF NOT EXISTS sandbox_fault (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  environment TEXT NOT NULL,
  stack TEXT,
  resource TEXT NOT NULL,
  reason TEXT,
  rollback_too INTEGER NOT NULL,
  stage TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sandbox_snapshot (
  snapshot_id TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  type TEXT NOT NULL,
  of_physical_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  available_at INTEGER NOT NULL,
  encrypted INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sandbox_snapshot_by_resource ON sandbox_snapshot (environment, type, of_physical_id);
`;

/** Creates the sandbox's tables in a file that does not have them yet. */
export function createTables(database: DatabaseSync): void {
  const last = "SELECT 1 FROM sqlite_master WHERE name = 'sandbox_snapshot_by_resource'";
  if (database.prepare(last).get() === undefined) transact(database, () => database.exec(TABLES));
}
