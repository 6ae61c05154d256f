import { type Key, type NewItem, TableError, type Write } from "./table.ts";

/** DynamoDB's limits (Service quotas, 2025), which the embedded table keeps too. */
export const TRANSACTION_LIMIT = 100;
export const ROW_BYTES = 400 * 1024;
export const TRANSACTION_BYTES = 4 * 1024 * 1024;
export const PARTITION_KEY_BYTES = 2_048;
export const SORT_KEY_BYTES = 1_024;

/** The names of a row's columns, its version and its expiry; 85 bytes at most. */
const FRAME_BYTES = 128;

/** Refuses what no home could store together. @throws TableError TooLarge */
export function requireStorable(writes: readonly Write[]): void {
  if (writes.length > TRANSACTION_LIMIT) {
    throw new TableError(
      "TooLarge",
      `a transaction of ${writes.length} writes; at most ${TRANSACTION_LIMIT} go together`,
    );
  }
  requireDistinct(writes);
  let bytes = 0;
  for (const write of writes) {
    if (!("put" in write)) continue;
    const size = rowBytes(write.put);
    if (size > ROW_BYTES)
      throw tooLarge(`the row ${write.put.pk} ${write.put.sk} would have`, size, ROW_BYTES);
    bytes += size;
  }
  if (bytes > TRANSACTION_BYTES) throw tooLarge("a transaction would write", bytes, TRANSACTION_BYTES);
}

/** A row's attributes as both homes store them. */
export function attributesText({ attributes }: NewItem): string {
  return JSON.stringify(attributes);
}

/** The row a write is about. */
export function keyOf(write: Write): Key {
  if ("put" in write) return write.put;
  return "remove" in write ? write.remove : write.check;
}

function requireDistinct(writes: readonly Write[]): void {
  const rows = new Set(writes.map(keyOf).map(({ pk, sk }) => JSON.stringify([pk, sk])));
  if (rows.size < writes.length) throw new TypeError("a transaction names a row twice");
}

function rowBytes(item: NewItem): number {
  const keys = [item, item.index1, item.index2].reduce((sum, key) => sum + (key ? keyBytes(key) : 0), 0);
  return FRAME_BYTES + keys + Buffer.byteLength(attributesText(item));
}

function keyBytes({ pk, sk }: Key): number {
  const [partition, sort] = [Buffer.byteLength(pk), Buffer.byteLength(sk)];
  if (partition > PARTITION_KEY_BYTES)
    throw tooLarge("a partition key would have", partition, PARTITION_KEY_BYTES);
  if (sort > SORT_KEY_BYTES) throw tooLarge("a sort key would have", sort, SORT_KEY_BYTES);
  return partition + sort;
}

function tooLarge(what: string, bytes: number, most: number): TableError {
  return new TableError(
    "TooLarge",
    `${what} ${bytes} bytes; at most ${most} are stored. Keep content in artifacts`,
  );
}
