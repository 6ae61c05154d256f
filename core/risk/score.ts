import type { Risk, RiskReason } from "../artifacts/validation-report.ts";
import type { RiskLevel } from "../artifacts/vocabulary.ts";
import { ENVIRONMENT, RISK_RULES } from "./rules.ts";
import type { RiskSubject } from "./subject.ts";

const LEVELS: readonly { readonly from: number; readonly level: RiskLevel }[] = [
  { from: 75, level: "critical" },
  { from: 45, level: "high" },
  { from: 20, level: "medium" },
  { from: 0, level: "low" },
];

/** Points of further reasons under one rule count a fifth: ten replaced caches are not ten catastrophes. */
const REPEATED = 0.2;

/** Reasons below this are worth reading and never, however many, take a second person. */
const MINOR = 25;
const SECOND_PERSON = 45;

/** A score from 0 to 100 with every reason behind it, heaviest first; the same change always scores the same. */
export function score(subject: RiskSubject): Risk {
  const reasons = RISK_RULES.flatMap((rule) => rule(subject)).sort(
    (a, b) =>
      b.points - a.points ||
      compare(a.rule, b.rule) ||
      compare(a.resource, b.resource) ||
      compare(a.why, b.why),
  );
  const grave = sumOf(reasons.filter((one) => !isMinor(one)));
  const minor = sumOf(reasons.filter(isMinor));
  const total = Math.min(100, Math.round(together(grave, minor)));
  return { score: total, level: LEVELS.find(({ from }) => total >= from)?.level ?? "low", reasons };
}

function isMinor({ rule, points }: RiskReason): boolean {
  return points < MINOR && rule !== ENVIRONMENT;
}

/** Small things add up within their level, and weigh on what is grave already. */
function together(grave: number, minor: number): number {
  if (grave >= SECOND_PERSON) return grave + Math.min(minor, MINOR);
  return Math.min(grave + Math.min(minor, MINOR), SECOND_PERSON - 1);
}

function sumOf(reasons: readonly RiskReason[]): number {
  const seen = new Set<string>();
  let sum = 0;
  for (const { rule, points } of reasons) {
    sum += seen.has(rule) ? points * REPEATED : points;
    seen.add(rule);
  }
  return sum;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
