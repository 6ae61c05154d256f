/** Time as the core takes it: as an argument. `sleep` resolves early when `signal` aborts. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Seconds from one instant to a later one, both as ISO 8601; none when the other is not later. */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
