import { type Item, type Key, type NewItem, type Table, TableError, type Write } from "./table.ts";

/** Attempts before a contended write gives up; each sees the newest state. */
const ATTEMPTS = 100;

/** A unit of work: reads remember what they saw, writes wait for the end. */
export interface Unit {
  /** The row as this unit has left it; reading it makes the unit fail if somebody else writes it meanwhile. */
  get<A extends object>(key: Key): Promise<(A & object) | undefined>;
  /** Reads at once what is about to be asked for; what is not asked for after all is as if it were never read. */
  foresee(...keys: readonly Key[]): Promise<void>;
  put(row: NewRow): void;
  remove(key: Key): void;
}

export type NewRow = Omit<NewItem, "attributes"> & { readonly attributes: object };

/**
 * Runs `work` so that all it wrote is stored together, and only if nothing it read has changed since; otherwise
 * it runs again on the newest state. So `work` must have no effect but through the unit.
 * @throws TableError Conflict after many lost races; whatever `work` throws, with nothing written
 */
export async function atomically<Result>(
  table: Table,
  work: (unit: Unit) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const unit = new OpenUnit(table);
    const result = await work(unit);
    try {
      await unit.commit();
      return result;
    } catch (error) {
      if (!(error instanceof TableError && error.name === "Conflict") || attempt === ATTEMPTS) throw error;
    }
  }
}

class OpenUnit implements Unit {
  readonly #table: Table;
  readonly #seen = new Map<string, Item | undefined>();
  readonly #foreseen = new Map<string, Item | undefined>();
  readonly #puts = new Map<string, NewItem>();
  readonly #removals = new Map<string, Key>();

  constructor(table: Table) {
    this.#table = table;
  }

  async get<A extends object>(key: Key): Promise<A | undefined> {
    const id = identify(key);
    if (this.#removals.has(id)) return undefined;
    const written = this.#puts.get(id);
    if (written) return written.attributes as A;
    return (await this.#read(key))?.attributes as A | undefined;
  }

  async foresee(...keys: readonly Key[]): Promise<void> {
    const read = async (key: Key) => this.#foreseen.set(identify(key), await this.#table.get(key));
    await Promise.all(keys.filter((key) => !this.#isKnown(identify(key))).map(read));
  }

  put(row: NewRow): void {
    const id = identify(row);
    this.#removals.delete(id);
    this.#puts.set(id, row as NewItem);
  }

  remove(key: Key): void {
    const id = identify(key);
    this.#puts.delete(id);
    this.#removals.set(id, key);
  }

  async commit(): Promise<void> {
    if (this.#puts.size === 0 && this.#removals.size === 0) return;
    const writes: Write[] = [];
    for (const put of this.#puts.values()) writes.push({ put, expect: this.#expectation(put) });
    for (const key of this.#removals.values()) {
      const version = (await this.#read(key))?.version;
      if (version !== undefined) writes.push({ remove: key, expect: version });
    }
    for (const [id, item] of this.#seen) {
      if (this.#puts.has(id) || this.#removals.has(id)) continue;
      writes.push({ check: keyOf(id), expect: item?.version ?? "absent" });
    }
    await this.#table.transact(writes);
  }

  async #read(key: Key): Promise<Item | undefined> {
    const id = identify(key);
    if (!this.#seen.has(id))
      this.#seen.set(id, this.#foreseen.has(id) ? this.#foreseen.get(id) : await this.#table.get(key));
    return this.#seen.get(id);
  }

  #isKnown(id: string): boolean {
    return this.#seen.has(id) || this.#foreseen.has(id);
  }

  /** A row never read is taken to be new: a blind overwrite would hide a lost update. */
  #expectation(key: Key): number | "absent" {
    return this.#seen.get(identify(key))?.version ?? "absent";
  }
}

/** Separator that no key holds. */
const SEPARATOR = "\u0000";

function identify({ pk, sk }: Key): string {
  return `${pk}${SEPARATOR}${sk}`;
}

function keyOf(id: string): Key {
  const [pk = "", sk = ""] = id.split(SEPARATOR);
  return { pk, sk };
}
