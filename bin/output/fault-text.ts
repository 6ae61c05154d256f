import type { Audit } from "../../core/timeline/audit.ts";

/** The verdict on a record, line by line. */
export function faultText({ faults, chains, events, artifacts, anchors }: Audit): string[] {
  if (faults.length === 0) {
    return [
      `verified: ${events} events in ${chains} chains, ${artifacts} artifacts and ${anchors} anchors are what was written`,
    ];
  }
  return [
    `NOT what was written: ${faults.length} fault${faults.length > 1 ? "s" : ""}`,
    ...faults.map(({ chain, seq, kind, message }) => `  ${kind} in ${chain} at event ${seq}: ${message}`),
  ];
}
