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
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #seen = -1;

  constructor(store: Store, commit: GroupCommit, driver: Driver, onError: (error: unknown) => void) {
    this.#onError = onError;
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

  /** Takes up what others have committed since the last look; where that fails, at the next one. */
  look(): void {
    try {
      const version = this.#store.dataVersion();
      if (version !== this.#seen) this.#takeUp();
      this.#seen = version;
    } catch (error) {
      this.#lookAgain(error);
    }
  }

  #takeUp(): void {
    const { executions, last } = this.#store.notices.read();
    if (executions.size === 0) return;
    for (const id of executions) this.#driver.look(id);
    this.#driver.takeOutcomes();
    this.#commit
      .run(() => this.#store.notices.forget(last))
      .catch((error: unknown) => this.#lookAgain(error));
  }

  /** Nothing comes of seeing an execution twice. */
  #lookAgain(error: unknown): void {
    this.#seen = -1;
    this.#onError(error);
  }
}
