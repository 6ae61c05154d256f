import { HOURS_PER_MONTH } from "./charge.ts";

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const HOURS = { minute: 1 / 60, hour: 1, day: 24 };

/** How often a month an EventBridge rate ("rate(5 minutes)") fires; undefined for cron and one-off expressions. */
export function timesPerMonth(expression: string): number | undefined {
  const [, every, unit] = RATE.exec(expression.trim()) ?? [];
  const hours = Number(every) * HOURS[unit as keyof typeof HOURS];
  return hours > 0 ? HOURS_PER_MONTH / hours : undefined;
}
