import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** How long a writer waits for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** Opens a database that the engine can work on, with its tables. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    configure(database);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Sets what durability rests on, and makes sure that it is set: a commit that has returned is on the disk.
 * A database in memory keeps its own journal mode.
 */
export function configure(database: DatabaseSync): void {
  const inMemory = database.location() === null;
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  // On macOS fsync leaves the data in the drive's cache; only F_FULLFSYNC does not.
  if (process.platform === "darwin") database.exec("PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1");
  assertPragma(database, "journal_mode", inMemory ? "memory" : "wal");
  assertPragma(database, "synchronous", 2);
  assertPragma(database, "busy_timeout", BUSY_TIMEOUT);
  if (process.platform === "darwin") assertPragma(database, "fullfsync", 1);
}

function assertPragma(database: DatabaseSync, name: string, expected: string | number): void {
  const row = database.prepare(`PRAGMA ${name}`).get();
  const value = row && Object.values(row)[0];
  if (value === expected) return;
  throw new Error(
    `PRAGMA ${name} is ${String(value)} and not ${expected}: this file system or SQLite build cannot keep commits durable; use a local disk.`,
  );
}
