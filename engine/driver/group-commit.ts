import { ServiceError } from "../service-error.ts";
import type { Store } from "../store/store.ts";

/** A call's writes, waiting for the next commit. */
interface Operation {
  work(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What takes part in every commit besides the calls' operations. */
export interface Participant {
  /** Writes what there is to write, inside the transaction. */
  write(): void;
  /** The transaction is durable. */
  committed(): void;
  /** Nothing was written. True when what was at fault has been set aside, and the rest can be written at once. */
  failed(error: unknown): boolean;
}

/** How long to wait after a commit failed, in milliseconds. */
const PAUSE_AFTER_FAILURE = 50;

/**
 * Writes everything that became ready in one tick of the event loop in one transaction, and acknowledges none of it
 * before that transaction is durable.
 */
export class GroupCommit {
  readonly #store: Store;
  #participant: Participant | undefined;
  #operations: Operation[] = [];
  #scheduled = false;
  #immediate: NodeJS.Immediate | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get pending(): boolean {
    return this.#scheduled;
  }

  join(participant: Participant): void {
    this.#participant = participant;
  }

  leave(): void {
    this.#participant = undefined;
  }

  /** Runs an operation in the next transaction; its result comes when that is durable. A ServiceError must come before any write. */
  run<T>(work: () => T): Promise<T> {
    const result = new Promise<T>((resolve, reject) => {
      this.#operations.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
    this.schedule();
    return result;
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#immediate = setImmediate(() => this.#flush());
  }

  /** Writes now instead of at the end of the tick: for when it is known that nothing more becomes ready in it. */
  flush(): void {
    if (this.#scheduled) this.#flush();
  }

  #flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    clearImmediate(this.#immediate);
    const operations = this.#operations;
    this.#operations = [];
    const settle: (() => void)[] = [];
    try {
      this.#store.transaction(() => {
        this.#participant?.write();
        for (const operation of operations) settle.push(perform(operation));
      });
    } catch (error) {
      if (this.#participant?.failed(error)) {
        this.#operations.unshift(...operations);
        this.schedule();
      } else for (const { reject } of operations) reject(error);
      return;
    }
    this.#participant?.committed();
    for (const acknowledge of settle) acknowledge();
  }

  /** Tries again a little later. */
  retry(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#flush(), PAUSE_AFTER_FAILURE);
  }
}

/** Runs an operation; gives how to tell its caller. */
function perform({ work, resolve, reject }: Operation): () => void {
  try {
    const value = work();
    return () => resolve(value);
  } catch (error) {
    // A refusal concerns its caller alone; anything else may have left something half written.
    if (!(error instanceof ServiceError)) throw error;
    return () => reject(error);
  }
}
