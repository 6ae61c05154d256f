import { crossOff, deliver, type HandedOver, type OutboxItem, type Receivers } from "../../core/outbox.ts";
import type { Table } from "../../core/table/table.ts";

/** Answers that were taken and stand in the outbox all the same, at most: a transaction holds a hundred writes. */
const MOST_STANDING = 50;

/**
 * Delivers effects for whoever drives. An answer to a task, which has its execution go on and deliver more, is crossed
 * off together with what comes next, as a transaction of its own would cost more than its delivery. One that a crash
 * leaves standing is delivered again, and taken for the first delivery.
 */
export class Delivery {
  readonly #table: Table;
  readonly #receivers: Receivers;
  #standing: OutboxItem[] = [];
  #working: Promise<unknown> = Promise.resolve();

  constructor(table: Table, receivers: Receivers) {
    this.#table = table;
    this.#receivers = receivers;
  }

  /** Delivers what a call has put into the outbox. @throws whatever the first that could not be delivered threw */
  async own(deliverOwn: (receivers: Receivers) => Promise<HandedOver>): Promise<void> {
    const { taken, failure } = await deliverOwn(this.#receivers);
    this.#standing.push(...taken);
    if (this.#standing.length >= MOST_STANDING || !taken.every(isAnswer)) await this.#crossOff();
    if (failure) throw failure.error;
  }

  /** Delivers everything in the outbox, one such delivery at a time; says how much it was. @throws as `deliver` does */
  all(): Promise<number> {
    const delivery = this.#working.then(async () => {
      await this.#crossOff();
      return await deliver(this.#table, this.#receivers);
    });
    this.#working = delivery.catch(() => {});
    return delivery;
  }

  /** Resolves once what is being delivered is. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** The same, and nothing stands in the outbox that was delivered. */
  async end(): Promise<void> {
    await this.idle();
    await this.#crossOff();
  }

  async #crossOff(): Promise<void> {
    const taken = this.#standing.splice(0);
    for (let from = 0; from < taken.length; from += MOST_STANDING)
      await crossOff(this.#table, taken.slice(from, from + MOST_STANDING));
  }
}

function isAnswer({ attributes: { kind } }: OutboxItem): boolean {
  return kind === "task-success" || kind === "task-failure";
}
