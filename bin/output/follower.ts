import { readChain } from "../../core/timeline/record.ts";
import { openExecutions } from "../home/carry-on.ts";
import type { Home } from "../home/record.ts";
import type { Progress } from "./progress.ts";

/** Shows what happens to any execution from now on. */
export class Follower {
  readonly #home: Home;
  readonly #progress: Progress;
  readonly #since: string;
  /** The last event shown, by execution. */
  readonly #shown = new Map<string, number>();
  #open: readonly string[] = [];
  #state: unknown;

  constructor(home: Home, progress: Progress) {
    this.#home = home;
    this.#progress = progress;
    this.#since = home.world.clock.now().toISOString();
  }

  /** Shows what is new. Those that were open the last time are looked at once more: their end is an event too. */
  async look(): Promise<void> {
    const state = this.#home.state("anybody");
    if (state === this.#state) return;
    this.#state = state;
    const open = (await openExecutions(this.#home)).map(({ id }) => id);
    for (const id of new Set([...this.#open, ...open])) await this.#show(id);
    this.#open = open;
  }

  async #show(id: string): Promise<void> {
    for await (const event of readChain(this.#home.world.table, id, this.#shown.get(id) ?? 0)) {
      this.#shown.set(id, event.seq);
      if (event.at >= this.#since) this.#progress.event(event);
    }
  }
}
