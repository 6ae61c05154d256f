const SECONDS_A_DAY = 86_400;

/** A row's `expiresAt`: seconds since 1970, that many days after `from`. */
export function daysAfter(from: Date, days: number): number {
  return Math.floor(from.getTime() / 1000) + days * SECONDS_A_DAY;
}

/**
 * How long a result is remembered under its idempotency key, and what an execution has left of its budget after it last
 * spent anything: longer than any execution can live (law 10), as Step Functions ends one after a year.
 */
export const RESULT_DAYS = 400;

/** How long the counters of a day are kept for who wants to look back. */
export const DAY_COUNTER_DAYS = 60;
