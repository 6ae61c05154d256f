import type { Remembered } from "../../core/memory/vector-index.ts";
import { AT, minutesAfter, ref } from "./records.ts";

const MONTH = 30 * 24 * 60;

/** Something remembered of a change of the stack `shop`, for a month. */
export function remembering(more: Partial<Remembered>): Remembered {
  const id = more.id ?? "plan#exec_0";
  return {
    id,
    kind: "plan",
    environment: "dev",
    stack: "shop",
    executionId: `exec_${id}`,
    outcome: "applied",
    at: AT,
    artifact: ref(`${id}.json`),
    expiresAt: minutesAfter(MONTH).toISOString(),
    ...more,
  };
}
