/** A wake-up that was asked for and can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time as the engine knows it: milliseconds since the epoch, and a wake-up call. */
export interface Clock {
  now(): number;
  /** Calls `wake` once when `now()` has reached `time`, never before `at` has returned. */
  at(time: number, wake: () => void): Timer;
}

/** Above this setTimeout fires at once instead of late (24.8 days). */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(time: number, wake: () => void): Timer {
    let handle: NodeJS.Timeout;
    const arm = () => {
      const remaining = time - Date.now();
      handle = setTimeout(
        remaining > LONGEST_TIMEOUT ? arm : wake,
        Math.min(Math.max(remaining, 0), LONGEST_TIMEOUT),
      );
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }
}

interface VirtualTimer {
  readonly time: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to move. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<VirtualTimer>();

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, wake: () => void): Timer {
    const timer = { time, wake };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Moves on by `milliseconds` and wakes, in order of time, everything that fell due on the way. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#earliest(); timer && timer.time <= end; timer = this.#earliest())
      this.#fire(timer);
    this.#now = end;
  }

  /** Moves on to the next wake-up and makes it; false when nobody asked for one. */
  advanceToNextTimer(): boolean {
    const timer = this.#earliest();
    if (!timer) return false;
    this.#fire(timer);
    return true;
  }

  #fire(timer: VirtualTimer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.time);
    timer.wake();
  }

  #earliest(): VirtualTimer | undefined {
    let earliest: VirtualTimer | undefined;
    for (const timer of this.#timers) if (!earliest || timer.time < earliest.time) earliest = timer;
    return earliest;
  }
}
