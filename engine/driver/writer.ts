import type { Home } from "../arn.ts";
import type { Clock } from "../clock.ts";
import type { Run } from "../interpreter/run.ts";
import { ServiceError } from "../service-error.ts";
import { saveRun } from "../store/save-run.ts";
import type { Store } from "../store/store.ts";
import { insertExecution, type Started } from "./birth.ts";

/** What became of an execution in a commit. */
export interface Written {
  readonly run: Run;
  /** What StartExecution gives, where the execution was new. */
  readonly started?: Started;
  /** Why a new execution was not written. */
  readonly refusal?: ServiceError;
  readonly saved: boolean;
  /** The executions that were stopped because nothing waits for them any more. */
  readonly stopped: readonly number[];
}

/** SQLite's primary result codes for troubles that may pass: busy, locked, memory, read-only, I/O, full, can't open. */
const PASSING: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 13, 14]);

/** Writes the executions that have changed, as part of a transaction that others take part in. */
export class Writer {
  readonly #store: Store;
  readonly #home: Home;
  readonly #clock: Clock;
  readonly #dirty = new Set<Run>();
  #written: Written[] = [];
  #writing: Run | undefined;
  /** The executions that got their row in the transaction under way. */
  #inserted: Run[] = [];

  constructor(store: Store, home: Home, clock: Clock) {
    this.#store = store;
    this.#home = home;
    this.#clock = clock;
  }

  /** How many executions wait to be written. */
  get size(): number {
    return this.#dirty.size;
  }

  add(run: Run): void {
    this.#dirty.add(run);
  }

  remove(run: Run): void {
    this.#dirty.delete(run);
  }

  clear(): void {
    this.#dirty.clear();
    this.#written = [];
  }

  /** Writes every changed execution that does not move on right now. */
  write(moves: (run: Run) => boolean): void {
    this.#written = [];
    for (const run of this.#dirty) {
      if (moves(run)) continue;
      this.#writing = run;
      this.#written.push(this.#writeOne(run));
    }
    this.#writing = undefined;
  }

  /** What was written, once it is durable. */
  done(): readonly Written[] {
    const written = this.#written;
    this.#written = [];
    this.#inserted = [];
    for (const { run } of written) this.#dirty.delete(run);
    return written;
  }

  /**
   * Nothing was written. Gives the execution that cannot be written and would fail every commit again; none when
   * the trouble is not of its making.
   */
  failed(error: unknown): Run | undefined {
    for (const run of this.#inserted.splice(0)) run.id = undefined;
    const culprit = this.#writing;
    this.#writing = undefined;
    this.#written = [];
    const code = (error as { errcode?: unknown }).errcode;
    if (!culprit || (typeof code === "number" && PASSING.has(code & 0xff))) return undefined;
    this.#dirty.delete(culprit);
    return culprit;
  }

  #writeOne(run: Run): Written {
    if (run.id !== undefined) return this.#save(run);
    try {
      const started = insertExecution(this.#store, run);
      if (run.id !== undefined) this.#inserted.push(run);
      // Where the same start was made before, that execution is the answer and this one never was.
      return { ...(run.id === undefined ? { run, saved: false, stopped: [] } : this.#save(run)), started };
    } catch (error) {
      if (error instanceof ServiceError) return { run, refusal: error, saved: false, stopped: [] };
      throw error;
    }
  }

  #save(run: Run): Written {
    const saved = saveRun(this.#store, this.#home, run, this.#clock.now());
    return { run, saved: saved !== undefined, stopped: saved?.stopped ?? [] };
  }
}
