/** An instant to the minute, as people read it: `2026-11-29 07:21 UTC`. */
export function minuteText(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}
