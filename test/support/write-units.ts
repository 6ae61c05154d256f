import { keyOf } from "../../core/table/limits.ts";
import type { Key, NewItem, Table, Write } from "../../core/table/table.ts";

const KB = 1024;
const INDEXES = ["index1", "index2"] as const;

/**
 * Counts, by partition, the write units DynamoDB would charge for what is stored from now on: in a transaction two
 * for each begun kilobyte of a row, and in an index of keys one for each entry made or taken away.
 */
export function meterWrites(table: Table): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  const stored = new Map<string, NewItem>();
  const transact = table.transact.bind(table);
  table.transact = async (writes) => {
    await transact(writes);
    for (const write of writes) {
      const key = identityOf(keyOf(write));
      for (const { pk, count } of charges(write, stored.get(key)))
        units.set(pk, (units.get(pk) ?? 0) + count);
      remember(stored, key, write);
    }
  };
  return units;
}

function charges(write: Write, before: NewItem | undefined): { pk: string; count: number }[] {
  const { pk } = keyOf(write);
  const after = "put" in write ? write.put : undefined;
  const row = { pk, count: 2 * Math.max(kilobytes(before), kilobytes(after), 1) };
  if ("check" in write) return [row];
  const moved = INDEXES.map((index) => [before?.[index], after?.[index]]).filter(
    ([was, is]) => JSON.stringify(was) !== JSON.stringify(is),
  );
  const entries = moved.flat().filter((entry) => entry !== undefined);
  return [row, ...entries.map((entry) => ({ pk: entry.pk, count: 1 }))];
}

function remember(stored: Map<string, NewItem>, key: string, write: Write): void {
  if ("put" in write) stored.set(key, write.put);
  else stored.delete(key);
}

function kilobytes(item: NewItem | undefined): number {
  return item ? Math.ceil(Buffer.byteLength(JSON.stringify(item)) / KB) : 0;
}

function identityOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
