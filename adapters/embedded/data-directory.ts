import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../engine/store/database.ts";
import { asStorageError, StorageError } from "./storage-error.ts";
import { migrateTable } from "./table.ts";

/** Of the tables and files in a data directory; a newer one is not opened, an older one is brought up to it. */
const LAYOUT_VERSION = 1;

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

/**
 * Opens a data directory, made complete or not at all.
 * @throws StorageError in one sentence
 */
export function openDataDirectory({ path, create, anchors }: OpenOptions): DataDirectory {
  const root = resolve(path);
  const file = join(root, "conductor.db");
  if (!create && !existsSync(file)) {
    throw new StorageError(
      "DataDirectoryMissing",
      `there is no data in ${root} yet; start with \`conductor run change --input FILE\` or name another directory with --data`,
    );
  }
  try {
    mkdirSync(join(root, "artifacts"), { recursive: true });
    const database = openDatabase(file);
    try {
      requireVersion(database, root);
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
    throw asStorageError(error, root) ?? error;
  }
}

function requireVersion(database: DatabaseSync, root: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec("CREATE TABLE IF NOT EXISTS workspace (layout INTEGER NOT NULL) STRICT");
    const row = database.prepare("SELECT layout FROM workspace").get() as { layout: number } | undefined;
    if (row && row.layout > LAYOUT_VERSION) {
      throw new StorageError(
        "DataDirectoryNewer",
        `the data directory ${root} was written by a newer Conductor (layout ${row.layout}, this one knows ${LAYOUT_VERSION}): update Conductor or name another directory with --data`,
      );
    }
    if (!row) database.prepare("INSERT INTO workspace (layout) VALUES (?)").run(LAYOUT_VERSION);
    migrateTable(database);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
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
