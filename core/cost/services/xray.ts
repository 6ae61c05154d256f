import { type Charge, charge, SECONDS_PER_MONTH } from "../charge.ts";

/** What X-Ray keeps where nobody gave it sampling rules of their own: one call in each second, and 5 % of the others. */
const SHARE_BEYOND_FIRST = 0.05;

/** https://aws.amazon.com/xray/pricing: by trace stored; evenly spread calls are assumed, which store the most. */
export function traceCharges(calls: number): readonly Charge[] {
  const first = Math.min(calls, SECONDS_PER_MONTH);
  return [charge("traces", "xray.trace", first + (calls - first) * SHARE_BEYOND_FIRST)];
}
