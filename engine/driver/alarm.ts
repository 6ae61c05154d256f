import type { Clock, Timer } from "../clock.ts";

/** One timer, for whatever is due next. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #time: number | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at a time, unless it rings earlier anyway. */
  set(time: number | undefined): void {
    if (time === undefined || (this.#time !== undefined && this.#time <= time)) return;
    this.#timer?.cancel();
    this.#time = time;
    this.#timer = this.#clock.at(time, () => {
      this.#time = undefined;
      this.#ring();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#time = undefined;
  }
}
