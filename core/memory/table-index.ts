import { atomically, type Unit } from "../table/atomically.ts";
import type { DeferredWrite } from "../table/deferred-write.ts";
import { keys } from "../table/keys.ts";
import type { Item, Key, Table } from "../table/table.ts";
import { cosine, spaceKey, type VectorSpace } from "./embedder.ts";
import type {
  Nearness,
  Neighbour,
  Neighbourhood,
  Remembered,
  Vectored,
  VectorIndex,
} from "./vector-index.ts";

/** Entries looked at in one search, the newest: on one machine 5,000 take a fraction of a second. */
const MOST_SEARCHED = 5_000;
const PAGE = 100;
/** Entries stored in one transaction, which holds 100 at most. */
const AT_ONCE = 50;

/** A vector as the table keeps it: its floats in base64, in the order of bytes that all our machines have. */
interface Row {
  readonly remembered: Remembered;
  readonly floats: string;
}

/** Exact search over the vectors of one space in the workspace's table, which also lets them expire. */
export class TableIndex implements VectorIndex {
  readonly #table: Table;
  readonly #mostSearched: number;

  constructor(table: Table, mostSearched = MOST_SEARCHED) {
    this.#table = table;
    this.#mostSearched = mostSearched;
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
    let neighbours: Neighbour[] = [];
    let looked = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#table.query({
        pk: listKey(space, "").pk,
        index: "index1",
        newestFirst: true,
        limit: PAGE,
        ...(cursor && { cursor }),
      });
      looked += page.items.length;
      const near = page.items
        .map((item) => neighbourIn(item, vector))
        .filter(({ remembered, similarity }) => similarity >= least && remembered.executionId !== without);
      neighbours = [...neighbours, ...near].sort(byNearness).slice(0, limit);
      cursor = page.cursor;
    } while (cursor && looked < this.#mostSearched);
    return { neighbours, complete: cursor === undefined };
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

function neighbourIn({ attributes }: Item, vector: Float32Array): Neighbour {
  const { remembered, floats } = attributes as unknown as Row;
  return { remembered, similarity: cosine(vector, vectorOf(floats)) };
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
