const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * The time, in milliseconds, of an ISO-8601 date-time with an offset, read as strictly as the service does:
 * a `T` in the middle, `Z` or `±hh:mm` at the end, and a date and a time that exist. Undefined otherwise.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const field = (group: number) => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(field) as Six;
  const offsetHours = field(9);
  const offsetMinutes = field(10);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  // A month of 13 or a 30th of February would have rolled over.
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 18 || offsetMinutes > 59) return undefined;
  const milliseconds = Math.floor(Number(`0.${match[7] ?? "0"}`) * 1000);
  time.setUTCHours(hour, minute, second, milliseconds);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return time.getTime() - (match[8] === "-" ? -offset : offset);
}

type Six = [number, number, number, number, number, number];

/**
 * A time in milliseconds as the context object writes it: with three digits of a second's fraction, or none where they
 * would be zeros (developer guide, "Accessing execution data from the Context object").
 */
export function formatTimestamp(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
