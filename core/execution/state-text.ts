import type { ChangeStatus, Outcome } from "./execution.ts";

/** A change's status and how it ended, once where both say the same. */
export function stateText(status: ChangeStatus, outcome: Outcome | null | undefined): string {
  if (!outcome || outcome === status.toLowerCase()) return status;
  return `${status} (${outcome.replaceAll("_", " ")})`;
}
