/** Time as the core takes it: as an argument. `sleep` resolves early when `signal` aborts. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
