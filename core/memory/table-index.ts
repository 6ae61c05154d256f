import type { Clock } from "../clock.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import { keys } from "../table/keys.ts";
import type { Item, Key, Page, Table } from "../table/table.ts";
import { cosine, spaceKey, type VectorSpace } from "./embedder.ts";
import type {
  Nearness,
  Neighbour,
  Neighbourhood,
  Remembered,
  Vectored,
  VectorIndex,
} from "./vector-index.ts";

/** Entries compared in one search, the newest. */
const MOST_SEARCHED = 5_000;
const PAGE = 100;
/** Entries stored in one transaction, which holds 100 at most. */
const AT_ONCE = 50;

/** A vector as the table keeps it: its floats in base64, in the order of bytes that all our machines have. */
interface Row {
  readonly remembered: Remembered;
  readonly floats: string;
}

/** What this process has read of a space. */
interface Known {
  /** By id, the newest last. */
  entries: ReadonlyMap<string, Vectored>;
  /** False when there are older ones that were not read. */
  complete: boolean;
}

/**
 * Exact search over the vectors of one space in the workspace's table, which also lets them expire. Entries are kept
 * in memory once they were read, so that a search reads what is new and not the whole of a long history again.
 */
export class TableIndex implements VectorIndex {
  static readonly #ofTables = new WeakMap<Table, TableIndex>();
  readonly #table: Table;
  readonly #clock: Pick<Clock, "now">;
  readonly #mostSearched: number;
  readonly #known = new Map<string, Known>();

  constructor(table: Table, clock: Pick<Clock, "now">, mostSearched = MOST_SEARCHED) {
    this.#table = table;
    this.#clock = clock;
    this.#mostSearched = mostSearched;
  }

  /** The one of a table in this process. */
  static of(table: Table, clock: Pick<Clock, "now">): TableIndex {
    const known = TableIndex.#ofTables.get(table);
    const index = known ?? new TableIndex(table, clock);
    if (!known) TableIndex.#ofTables.set(table, index);
    return index;
  }

  async upsert(space: VectorSpace, entries: readonly Vectored[]): Promise<void> {
    for (let i = 0; i < entries.length; i += AT_ONCE) {
      const { keys: foreseen, write } = this.upsertLater(space, entries.slice(i, i + AT_ONCE));
      await atomically(this.#table, async (unit) => {
        await unit.foresee(...foreseen);
        await write(unit);
      });
    }
  }

  upsertLater(space: VectorSpace, entries: readonly Vectored[]): DeferredWrite {
    return {
      keys: entries.map(({ remembered }) => rowKey(space, remembered.id)),
      write: async (unit) => {
        for (const entry of entries) await put(unit, space, entry);
      },
    };
  }

  async nearest(space: VectorSpace, vector: Float32Array, nearness: Nearness): Promise<Neighbourhood> {
    const { limit, least, without } = nearness;
    const { entries, complete } = await this.#read(space);
    const now = this.#clock.now().toISOString();
    const neighbours = [...entries.values()]
      .filter(({ remembered }) => remembered.executionId !== without && remembered.expiresAt > now)
      .map((entry) => ({ remembered: entry.remembered, similarity: cosine(vector, entry.vector) }))
      .filter(({ similarity }) => similarity >= least)
      .sort(byNearness)
      .slice(0, limit);
    return { neighbours, complete };
  }

  /**
   * Reads from the newest entry on, down to a whole page that is known already: those that other processes wrote a
   * moment late are among the last hundred.
   */
  async #read(space: VectorSpace): Promise<Known> {
    const { pk } = listKey(space, "");
    const before = this.#known.get(pk);
    const newest: Vectored[] = [];
    let cursor: string | undefined;
    let isKnown = false;
    do {
      const page: Page = await this.#table.query({
        pk,
        index: "index1",
        newestFirst: true,
        limit: PAGE,
        ...(cursor && { cursor }),
      });
      const read = page.items.map((item) => entryOf(item, before));
      isKnown = read.every((entry) => before?.entries.get(entry.remembered.id) === entry);
      newest.push(...read);
      cursor = page.cursor;
    } while (cursor && !isKnown && newest.length < this.#mostSearched);
    const older = cursor && isKnown && before ? [...before.entries.values()] : [];
    const all = byId([...older, ...newest.toReversed()]);
    const known = {
      entries: new Map([...all].slice(-this.#mostSearched)),
      complete:
        all.size <= this.#mostSearched && (cursor === undefined || (isKnown && before?.complete === true)),
    };
    this.#known.set(pk, known);
    return known;
  }

  removeExpired(): Promise<void> {
    return Promise.resolve();
  }
}

async function put(unit: Unit, space: VectorSpace, { remembered, vector }: Vectored): Promise<void> {
  const key = rowKey(space, remembered.id);
  const row: Row = { remembered, floats: floatsOf(vector) };
  await unit.get(key);
  unit.put({
    ...key,
    attributes: row,
    index1: listKey(space, `${remembered.at}#${remembered.id}`),
    expiresAt: Math.floor(Date.parse(remembered.expiresAt) / 1000),
  });
}

function rowKey(space: VectorSpace, id: string): Key {
  return keys.memory(`vector#${spaceKey(space)}#${id}`, "ENTRY");
}

function listKey(space: VectorSpace, position: string): Key {
  return keys.memory(`vectors#${spaceKey(space)}`, position);
}

/** By id, the last of each; a later one stands at the end. */
function byId(entries: readonly Vectored[]): Map<string, Vectored> {
  const all = new Map<string, Vectored>();
  for (const entry of entries) {
    all.delete(entry.remembered.id);
    all.set(entry.remembered.id, entry);
  }
  return all;
}

/** An entry of the table; the very one that is known where it has not been written anew since. */
function entryOf({ attributes }: Item, before: Known | undefined): Vectored {
  const { remembered, floats } = attributes as unknown as Row;
  const known = before?.entries.get(remembered.id);
  const isSame = JSON.stringify(known?.remembered) === JSON.stringify(remembered);
  return known && isSame ? known : { remembered, vector: vectorOf(floats) };
}

function byNearness(a: Neighbour, b: Neighbour): number {
  return b.similarity - a.similarity || (a.remembered.id < b.remembered.id ? -1 : 1);
}

function floatsOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function vectorOf(floats: string): Float32Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(floats, "base64");
  // Node's buffers lie at any offset in a larger one, and floats need one that is divisible by four.
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
