import type { Risk } from "../artifacts/validation-report.ts";
import type { RiskLevel } from "../artifacts/vocabulary.ts";
import { RISK_RULES, type RiskSubject } from "./rules.ts";

const LEVELS: readonly { readonly from: number; readonly level: RiskLevel }[] = [
  { from: 75, level: "critical" },
  { from: 45, level: "high" },
  { from: 20, level: "medium" },
  { from: 0, level: "low" },
];

/** Points of further reasons under one rule count a fifth: ten replaced caches are not ten catastrophes. */
const REPEATED = 0.2;

/** A score from 0 to 100 with every reason behind it, heaviest first; the same change always scores the same. */
export function score(subject: RiskSubject): Risk {
  const reasons = RISK_RULES.flatMap((rule) => rule(subject)).sort(
    (a, b) => b.points - a.points || compare(a.rule, b.rule) || compare(a.resource, b.resource),
  );
  const seen = new Set<string>();
  let sum = 0;
  for (const { rule, points } of reasons) {
    sum += seen.has(rule) ? points * REPEATED : points;
    seen.add(rule);
  }
  const total = Math.min(100, Math.round(sum));
  return { score: total, level: LEVELS.find(({ from }) => total >= from)?.level ?? "low", reasons };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
