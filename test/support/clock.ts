import type { Clock } from "../../core/clock.ts";
import { VirtualClock } from "../../engine/clock.ts";

/** A clock that stands still until a test moves it; whoever sleeps wakes when it has moved far enough. */
export class TestClock implements Clock {
  #now: number;
  #sleepers: { readonly until: number; wake(): void }[] = [];

  constructor(start = "2026-01-05T09:00:00.000Z") {
    this.#now = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#sleepers.push({ until: this.#now + milliseconds, wake: resolve }));
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
  }
}

/** Time for whole machines: whoever sleeps moves it on, and the engine's timers ring on the way. */
export class MachineTime implements Clock {
  /** The same time as the engine knows it. */
  readonly engine: VirtualClock;

  constructor(start = "2026-01-05T09:00:00.000Z") {
    this.engine = new VirtualClock(Date.parse(start));
  }

  now(): Date {
    return new Date(this.engine.now());
  }

  sleep(milliseconds: number): Promise<void> {
    this.engine.advance(milliseconds);
    return Promise.resolve();
  }

  pass(minutes: number): void {
    this.engine.advance(minutes * 60_000);
  }
}
