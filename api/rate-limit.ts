import type { Clock } from "../core/clock.ts";
import type { Rate } from "./ports.ts";
import { ApiError } from "./problem.ts";

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets kept at most: who floods us under ever new names must not fill the memory. */
const MOST_BUCKETS = 10_000;

/** A bucket of tokens for each name (RFC 2697 calls it so): what is taken faster than it fills is refused. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #clock: Pick<Clock, "now">;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, clock: Pick<Clock, "now">) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** @throws ApiError TooManyRequests */
  take(name: string): void {
    const now = this.#clock.now().getTime();
    const { burst, perSecond } = this.#rate;
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    // The one that was used last goes to the end: the first is the one to forget.
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? name);
    if (tokens < 1) {
      throw new ApiError(
        "TooManyRequests",
        `more than ${perSecond} requests a second; wait a moment and go on slower`,
      );
    }
  }
}
