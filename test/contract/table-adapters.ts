import { describe } from "vitest";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import type { Key, Table, Write } from "../../core/table/table.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { TestClock } from "../support/clock.ts";
import { createTable, dynamoTables, tableThrough } from "../support/dynamo-tables.ts";
import { faultsBefore, useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { ROOT } from "../support/processes.ts";
import { memoryTable, sharedFile, sharedTables } from "../support/tables.ts";

/** A home's table, as the contract tries it. */
export interface TableHome {
  readonly name: string;
  /** Times a property is tried for every hundred times it is tried in memory: each costs calls over a wire. */
  readonly effort: number;
  /** An empty table. */
  emptyTable(clock?: TestClock): Promise<Table>;
  /** Several ways into one empty table, as several processes have them. */
  share(clock: TestClock, count: number): Promise<readonly Table[]>;
  /** An empty table that counts how its lists are read: calls, or the steps of a query's plan. */
  counted(): Promise<{ readonly table: Table; count(): Record<string, number> }>;
  /** An empty table, and the lines of a program by which another process opens it as `table`. */
  open(): Promise<{ readonly table: Table; readonly program: string }>;
}

/** Tries the same cases on the tables of both homes. */
export function describeTables(what: string, cases: (home: TableHome) => void): void {
  describe(`the table on SQLite ${what}`, () => cases(sqlite));
  describe.skipIf(wireIsMissing)(`the table on DynamoDB ${what}`, () => cases(dynamo(useMoto())));
}

const sqlite: TableHome = {
  name: "SQLite",
  effort: 100,
  emptyTable: async (clock) => memoryTable(clock),
  share: async (clock, count) => sharedTables(count, clock),
  counted: async () => {
    let counts: Record<string, number> = {};
    const database = openDatabase(sharedFile());
    const prepare = database.prepare.bind(database);
    database.prepare = (sql) => {
      const statement = prepare(sql);
      const all = statement.all.bind(statement);
      statement.all = (...values: never[]) => {
        for (const step of prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)) {
          const plan = String(step["detail"]);
          counts[plan] = (counts[plan] ?? 0) + 1;
        }
        return all(...values);
      };
      return statement;
    };
    const count = () => {
      const counted = counts;
      counts = {};
      return counted;
    };
    return { table: new SqliteTable(database, new TestClock()), count };
  },
  open: async () => {
    const file = sharedFile();
    const program = `
      import { openDatabase } from "${ROOT}/engine/store/database.ts";
      import { SqliteTable } from "${ROOT}/adapters/embedded/table.ts";
      const table = new SqliteTable(openDatabase(${JSON.stringify(file)}), { now: () => new Date() });`;
    return { table: new SqliteTable(openDatabase(file), new TestClock()), program };
  },
};

function dynamo(moto: ReturnType<typeof useMoto>): TableHome {
  return {
    name: "DynamoDB",
    effort: 30,
    emptyTable: async (clock) => (await dynamoTables(moto(), 1, clock))[0]!,
    share: async (clock, count) => await dynamoTables(moto(), count, clock),
    counted: async () => {
      const proxy = await faultsBefore(moto());
      const name = await createTable(moto().place());
      return { table: tableThrough(moto(), proxy, name), count: () => proxy.count() };
    },
    open: async () => {
      const place = moto().place();
      const name = await createTable(place);
      const program = `
        import { DynamoTable } from "${ROOT}/adapters/aws/table.ts";
        const table = new DynamoTable(${JSON.stringify(place)}, ${JSON.stringify(name)}, { now: () => new Date() });`;
      return { table: tableThrough(moto(), moto(), name), program };
    },
  };
}

/** A new row with a number in it. */
export function put(pk: string, sk: string, value: number, more: object = {}): Write {
  return { put: { pk, sk, attributes: { value }, ...more }, expect: "absent" };
}

export type Row = Key & { readonly index1?: Key; readonly index2?: Key };

export async function fill(table: Table, rows: readonly Row[]): Promise<void> {
  await table.transact(rows.map((row) => ({ put: { ...row, attributes: {} }, expect: "absent" })));
}
