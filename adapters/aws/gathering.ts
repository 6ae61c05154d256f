interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Gathers what is asked for within one turn of the event loop, so that it takes one call. */
export class Gathering<Key, Value> {
  readonly #load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>;
  #waiting: Waiting<Key, Value>[] = [];

  /** @param load gives a value for each key, in their order */
  constructor(load: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>) {
    this.#load = load;
  }

  get(key: Key): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) process.nextTick(() => void this.#serve());
      this.#waiting.push({ key, resolve, reject });
    });
  }

  async #serve(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    try {
      const values = await this.#load(waiting.map(({ key }) => key));
      for (const [at, { resolve }] of waiting.entries()) resolve(values[at]);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
