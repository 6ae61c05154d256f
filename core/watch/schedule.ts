import type { Watch } from "./report.ts";

/** When each watch looks, as hours of a day in UTC: the record and the stacks at night, the rest before people begin. */
export const WATCH_HOURS: Readonly<Record<Watch, number>> = { stacks: 2, spending: 8, health: 9 };

const DAY_MS = 86_400_000;

/** Whether a watch's time has come since a moment: its last report, or when somebody began to look at the clock. */
export function isDue(watch: Watch, since: Date, now: Date): boolean {
  const today = new Date(now);
  today.setUTCHours(WATCH_HOURS[watch], 0, 0, 0);
  const latest = today.getTime() <= now.getTime() ? today.getTime() : today.getTime() - DAY_MS;
  return since.getTime() < latest;
}
