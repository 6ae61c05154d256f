import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../engine/store/database.ts";
import { NewerSchema } from "../../engine/store/schema.ts";
import { asStorageError, isPassing, StorageError } from "./storage-error.ts";
import { migrateTable } from "./table.ts";

/** Of the tables and files in a data directory; a newer one is not opened, an older one is brought up to it. */
const LAYOUT_VERSION = 1;

/** Goals, plans and templates concern nobody but the directory's owner. */
const PRIVATE = 0o700;

export interface DataDirectory {
  readonly path: string;
  readonly database: DatabaseSync;
  readonly artifacts: string;
  readonly anchors: string;
  close(): void;
}

interface OpenOptions {
  readonly path: string;
  /** Make it when it is not there; otherwise its absence is an error. */
  readonly create: boolean;
  /** Where chain heads are kept, when not inside. */
  readonly anchors?: string | undefined;
}

/** How long it is tried while another process is making the same directory, and the pause between, in milliseconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;

/**
 * Opens a data directory, made complete or not at all. SQLite lets nobody wait while a file becomes one with a
 * write-ahead log: whoever comes at that moment tries again.
 * @throws StorageError in one sentence
 */
export function openDataDirectory(options: OpenOptions): DataDirectory {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return openOnce(options);
    } catch (error) {
      if (!(error instanceof StorageError && isPassing(error)) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function openOnce({ path, create, anchors }: OpenOptions): DataDirectory {
  const root = resolve(path);
  const file = join(root, "conductor.db");
  requireDirectory(root);
  if (!create && !existsSync(file)) {
    throw new StorageError(
      "DataDirectoryMissing",
      `there is no data in ${root} yet; start with \`conductor run change --input FILE\` or name another directory with --data`,
    );
  }
  try {
    makeDirectory(root, PRIVATE);
    requireDirectory(join(root, "artifacts"));
    const database = openDatabase(file);
    try {
      requireVersion(database, root);
      makeDirectory(join(root, "artifacts"));
    } catch (error) {
      database.close();
      throw error;
    }
    syncDirectory(root);
    return {
      path: root,
      database,
      artifacts: join(root, "artifacts"),
      anchors: resolve(anchors ?? join(root, "anchors.ndjson")),
      close: () => database.close(),
    };
  } catch (error) {
    if (error instanceof NewerSchema) throw newer(root, "with later tables of the engine");
    throw readOnlyError(error, root) ?? asStorageError(error, root) ?? error;
  }
}

/** @throws StorageError when something else bears a directory's name, or that of one above it */
function requireDirectory(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) {
    throw new StorageError(
      "DataDirectoryUnusable",
      `${path} is a file and a directory is needed; choose another with --data`,
    );
  }
  if (dirname(path) !== path) requireDirectory(dirname(path));
}

/** What \`mkdirSync\` with \`recursive\` does, which never ends where the kernel makes no directories (/proc). */
function makeDirectory(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was faster.
    if (existsSync(path)) return;
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    throw new StorageError(
      "DataDirectoryUnusable",
      `${path} cannot be made there; choose another with --data`,
    );
  }
}

const CANNOT_OPEN = 14;

/** SQLite says of a database that may not be written only that it cannot be opened. */
function readOnlyError(error: unknown, root: string): StorageError | undefined {
  if (((error as { errcode?: number }).errcode ?? 0) % 256 !== CANNOT_OPEN) return undefined;
  try {
    accessSync(root, constants.W_OK);
    return undefined;
  } catch (denied) {
    return asStorageError(denied, root);
  }
}

function requireVersion(database: DatabaseSync, root: string): void {
  // Most often there is nothing to do, and nobody needs to be waited for.
  if (layoutOf(database) === LAYOUT_VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec("CREATE TABLE IF NOT EXISTS workspace (layout INTEGER NOT NULL) STRICT");
    const layout = layoutOf(database);
    if (layout !== undefined && layout > LAYOUT_VERSION) {
      throw newer(root, `layout ${layout}, this one knows ${LAYOUT_VERSION}`);
    }
    if (layout === undefined)
      database.prepare("INSERT INTO workspace (layout) VALUES (?)").run(LAYOUT_VERSION);
    migrateTable(database);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function newer(root: string, what: string): StorageError {
  return new StorageError(
    "DataDirectoryNewer",
    `the data directory ${root} was written by a newer Conductor (${what}): update Conductor or name another directory with --data`,
  );
}

/** The version a database was written with; undefined when it has none yet. */
function layoutOf(database: DatabaseSync): number | undefined {
  const named = "SELECT 1 FROM sqlite_master WHERE name = 'workspace'";
  if (database.prepare(named).get() === undefined) return undefined;
  const row = database.prepare("SELECT layout FROM workspace").get() as { layout: number } | undefined;
  return row?.layout;
}

/** Makes a new file's name durable, not only its content. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
