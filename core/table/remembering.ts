import { type Item, type Key, type Table, versionAfter } from "./table.ts";

export interface RememberingTable extends Table {
  /** Takes rows that were never read to be absent: who makes new ones need not look whether they are there. */
  supposeAbsent(keys: readonly Key[]): void;
}

/**
 * The same table as one call sees it: it knows what it has read, these rows all in one go, and what it has written. So
 * an answer may be as old as the call, and whatever is decided by it must be written by a unit of work, whose
 * expectations do not hold when it is too old. Then all is forgotten, and read anew.
 */
export async function remembering(table: Table, keys: readonly Key[]): Promise<RememberingTable> {
  const rows = await Promise.all(keys.map((key) => table.get(key)));
  const known = new Map<string, Item | undefined>(keys.map((key, index) => [identify(key), rows[index]]));
  return {
    get: async (key) => {
      const id = identify(key);
      if (!known.has(id)) known.set(id, await table.get(key));
      return known.get(id);
    },
    query: (query) => table.query(query),
    transact: async (writes) => {
      try {
        await table.transact(writes);
      } catch (error) {
        known.clear();
        throw error;
      }
      for (const write of writes) {
        if ("put" in write)
          known.set(identify(write.put), { ...write.put, version: versionAfter(write.expect) });
        if ("remove" in write) known.set(identify(write.remove), undefined);
      }
    },
    supposeAbsent: (these) => {
      for (const key of these) if (!known.has(identify(key))) known.set(identify(key), undefined);
    },
  };
}

function identify({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
