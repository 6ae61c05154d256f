const HOUR_MS = 3_600_000;

/** When a watch looks, once a day. */
export interface WatchTime {
  /** Of the day, in the time zone. */
  readonly hour: number;
  /** Such as `Africa/Johannesburg`. */
  readonly timezone: string;
}

/** Whether its time has come since a moment: its last report, or when somebody began to look at the clock. */
export function isDue(time: WatchTime, since: Date, now: Date): boolean {
  return dayOf(time, since) < dayOf(time, now);
}

/** The day of a watch begins with its hour: `2026-01-05`. */
function dayOf({ hour, timezone }: WatchTime, at: Date): string {
  const shifted = new Date(at.getTime() - hour * HOUR_MS);
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" }).format(shifted);
}
