import type { Run } from "../interpreter/run.ts";
import type { Started } from "./birth.ts";

interface Waiting {
  resolve(started: Started): void;
  reject(error: unknown): void;
}

/** The executions that are not written yet, with those who wait for their start. */
export class Births {
  readonly #waiting = new Map<Run, Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  has(run: Run): boolean {
    return this.#waiting.has(run);
  }

  runs(): Run[] {
    return [...this.#waiting.keys()];
  }

  expect(run: Run): Promise<Started> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(run, { resolve, reject });
    });
  }

  /** The start, or that of the same execution before, is durable. */
  succeed(run: Run, started: Started): void {
    this.#waiting.get(run)?.resolve(started);
    this.#waiting.delete(run);
  }

  fail(run: Run, error: unknown): void {
    this.#waiting.get(run)?.reject(error);
    this.#waiting.delete(run);
  }
}
