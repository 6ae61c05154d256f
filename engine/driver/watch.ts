import type { Store } from "../store/store.ts";
import type { Driver } from "./driver.ts";
import type { GroupCommit } from "./group-commit.ts";

/** How often the driver looks for what other processes have committed, in milliseconds. */
const INTERVAL = 25;

/** Notices what other processes have committed to the same file. */
export class Watch {
  readonly #store: Store;
  readonly #commit: GroupCommit;
  readonly #driver: Driver;
  #timer: NodeJS.Timeout | undefined;
  #seen = -1;

  constructor(store: Store, commit: GroupCommit, driver: Driver) {
    this.#store = store;
    this.#commit = commit;
    this.#driver = driver;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Takes up what others have committed since the last look. */
  look(): void {
    const version = this.#store.dataVersion();
    if (version === this.#seen) return;
    this.#seen = version;
    const { executions, last } = this.#store.notices.read();
    if (executions.size === 0) return;
    for (const id of executions) this.#driver.look(id);
    this.#driver.takeOutcomes();
    void this.#commit
      .run(() => this.#store.notices.forget(last))
      .catch(() => {
        // They are looked at again then; nothing comes of seeing an execution twice.
        this.#seen = -1;
      });
  }
}
