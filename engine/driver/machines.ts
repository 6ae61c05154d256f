import { loadDefinition } from "../definition/load.ts";
import type { Machine } from "../definition/machine.ts";
import type { Store } from "../store/store.ts";

/** How many compiled definitions are kept. */
const CAPACITY = 100;

/** Compiled definitions by their hash, the recently used ones in memory. */
export class Machines {
  readonly #store: Store;
  readonly #machines = new Map<string, Machine>();

  constructor(store: Store) {
    this.#store = store;
  }

  byHash(hash: string): Machine {
    const known = this.#machines.get(hash);
    if (known) {
      this.#machines.delete(hash);
      this.#machines.set(hash, known);
      return known;
    }
    const definition = this.#store.definitions.definition(hash);
    if (definition === undefined) throw new Error(`the definition ${hash} is not in the database`);
    return this.keep(loadDefinition(definition).machine);
  }

  keep(machine: Machine): Machine {
    this.#machines.set(machine.hash, machine);
    const [oldest] = this.#machines.keys();
    if (this.#machines.size > CAPACITY && oldest !== undefined) this.#machines.delete(oldest);
    return machine;
  }
}
