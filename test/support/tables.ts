import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { migrateTable, SqliteTable } from "../../adapters/embedded/table.ts";
import type { Clock } from "../../core/clock.ts";
import { type Table, TableError, type Write } from "../../core/table/table.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { TestClock } from "./clock.ts";
import { temporaryFolder } from "./workspace.ts";

/** A table in memory that goes with the test. */
export function memoryTable(clock: Pick<Clock, "now"> = new TestClock()): SqliteTable {
  const database = new DatabaseSync(":memory:");
  migrateTable(database);
  return new SqliteTable(database, clock);
}

/** Several connections to one file, as several processes would hold them. */
export function sharedTables(count: number, clock: Pick<Clock, "now"> = new TestClock()): SqliteTable[] {
  const file = sharedFile();
  return Array.from({ length: count }, () => {
    const database = openDatabase(file);
    onTestFinished(() => database.close());
    return new SqliteTable(database, clock);
  });
}

/** The path of a database file with the table in it. */
export function sharedFile(): string {
  const file = join(temporaryFolder(), "conductor.db");
  const database = openDatabase(file);
  migrateTable(database);
  database.close();
  return file;
}

/** How one transaction meets a crash: not at all, before anything is stored, or before anybody hears that it was. */
export type Mishap = "none" | "before" | "after";

/** A table whose transactions crash as told, one mishap each; what a crash leaves is what a restart finds. */
export function crashingTable(table: Table, mishaps: readonly Mishap[]): Table {
  const waiting = [...mishaps];
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: async (writes: readonly Write[]) => {
      const mishap = waiting.shift() ?? "none";
      if (mishap === "before") throw crash("before the commit");
      await table.transact(writes);
      if (mishap === "after") throw crash("after the commit");
    },
  };
}

function crash(when: string): TableError {
  return new TableError("Unavailable", `the power went ${when}`);
}
