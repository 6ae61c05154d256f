import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import { excerpt } from "../../core/excerpt.ts";

/** Differences of one resource that a finding lists; the change set has them all. */
const LISTED = 5;
/** Characters of each value. */
const LONGEST_VALUE = 100;

type Drift = ChangeSet["baseline"]["drift"][number];

/** Resources the change touches that somebody changed by hand since: the change may undo that, or build on it. */
export function driftFindings({ baseline }: ChangeSet): Finding[] {
  return baseline.drift
    .filter(({ status }) => status === "MODIFIED" || status === "DELETED")
    .map((drift) => ({
      rule: "drifted",
      severity: "warning",
      resource: drift.logicalId,
      message: `${drift.logicalId} ${whatOf(drift)}`,
      fix: "find out who changed it and why before approving: this change may overwrite it",
    }));
}

function whatOf({ status, differences }: Drift): string {
  if (status === "DELETED") return "was deleted outside its stack";
  const listed = differences
    .slice(0, LISTED)
    .map(
      ({ path, expected, actual }) =>
        `${path} is ${excerpt(actual, LONGEST_VALUE)} instead of ${excerpt(expected, LONGEST_VALUE)}`,
    );
  const more = differences.length > LISTED ? [`and ${differences.length - LISTED} more`] : [];
  return ["was changed outside its stack", [...listed, ...more].join(", ")].filter(Boolean).join(": ");
}
