import type { DatabaseSync } from "node:sqlite";

/** The version of the tables below; a database that says more was written by a newer engine. */
export const SCHEMA_VERSION = 2;

/** How many frames or events one execution may have: ids are `execution * SPAN + number`, so its rows lie together. */
export const SPAN = 65_536;

const TABLES = `
CREATE TABLE engine_schema (version INTEGER NOT NULL) STRICT;

CREATE TABLE engine_driver (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch INTEGER NOT NULL
) STRICT;

CREATE TABLE engine_definitions (
  hash TEXT PRIMARY KEY,
  definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE engine_state_machines (
  name TEXT PRIMARY KEY,
  hash TEXT NOT NULL REFERENCES engine_definitions (hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE engine_executions (
  id INTEGER PRIMARY KEY,
  state_machine TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  error TEXT,
  cause TEXT,
  started_at INTEGER NOT NULL,
  stopped_at INTEGER,
  deadline INTEGER,
  parent_token TEXT
) STRICT;
CREATE UNIQUE INDEX engine_executions_name ON engine_executions (name, state_machine);
CREATE INDEX engine_executions_status ON engine_executions (state_machine, status);
CREATE INDEX engine_executions_parent ON engine_executions (parent_token) WHERE parent_token IS NOT NULL;
CREATE INDEX engine_executions_deadline ON engine_executions (deadline) WHERE deadline IS NOT NULL;

CREATE TABLE engine_frames (
  id INTEGER PRIMARY KEY,
  parent INTEGER,
  position INTEGER NOT NULL,
  scope TEXT NOT NULL,
  state TEXT NOT NULL,
  phase TEXT NOT NULL,
  input TEXT,
  entered_at INTEGER NOT NULL,
  entered_event INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  scheduled_event INTEGER NOT NULL,
  retries TEXT,
  visits TEXT,
  token TEXT,
  deadline INTEGER,
  heartbeat_seconds INTEGER,
  due_at INTEGER
) STRICT;
CREATE INDEX engine_frames_runnable ON engine_frames (phase) WHERE phase IN ('ready', 'task');
CREATE INDEX engine_frames_due ON engine_frames (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE engine_variables (
  frame INTEGER PRIMARY KEY,
  variables TEXT NOT NULL
) STRICT;

CREATE TABLE engine_map_plans (
  frame INTEGER PRIMARY KEY,
  plan TEXT NOT NULL
) STRICT;

CREATE TABLE engine_tokens (
  token TEXT PRIMARY KEY,
  frame INTEGER NOT NULL,
  heartbeat_at INTEGER,
  outcome TEXT,
  result TEXT,
  error TEXT,
  cause TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX engine_tokens_outcome ON engine_tokens (frame) WHERE outcome IS NOT NULL;

CREATE TABLE engine_history (
  id INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  events TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX engine_history_place ON engine_history (place);

CREATE TABLE engine_notices (
  id INTEGER PRIMARY KEY,
  execution INTEGER NOT NULL
) STRICT;

INSERT INTO engine_schema VALUES (${SCHEMA_VERSION});
INSERT INTO engine_driver VALUES (1, 0);
`;

/** What takes a database from the version before to each version. */
const STEPS: ReadonlyMap<number, string> = new Map([
  [2, "ALTER TABLE engine_frames DROP COLUMN before_entered; UPDATE engine_schema SET version = 2"],
]);

/** The database was written by an engine that knows more than this one. */
export class NewerSchema extends Error {
  override readonly name = "NewerSchema";
}

/** Makes the engine's tables, or those of an older engine into them; refuses a database written by a newer engine. */
export function migrate(database: DatabaseSync): void {
  const version = schemaVersion(database);
  if (version === SCHEMA_VERSION) return;
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new NewerSchema(
      `the database was written by a newer engine (schema ${version}, this one knows ${SCHEMA_VERSION}): update Conductor`,
    );
  }
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done it while this one waited.
    bringUp(database, schemaVersion(database));
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function bringUp(database: DatabaseSync, version: number | undefined): void {
  if (version === undefined) database.exec(TABLES);
  else for (let next = version + 1; next <= SCHEMA_VERSION; next++) database.exec(STEPS.get(next) ?? "");
}

function schemaVersion(database: DatabaseSync): number | undefined {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'engine_schema'").get();
  if (!table) return undefined;
  return database.prepare("SELECT version FROM engine_schema").get()?.["version"] as number;
}
