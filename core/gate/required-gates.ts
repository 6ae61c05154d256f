import type { RequiredGate, Risk } from "../artifacts/validation-report.ts";
import type { RiskLevel } from "../artifacts/vocabulary.ts";

/** Approvals grow with risk; nothing is ever applied without one. */
const QUORUM: Readonly<Record<RiskLevel, number>> = { low: 1, medium: 1, high: 2, critical: 3 };

/** How many people a change of this risk takes. */
export function quorumOf(level: RiskLevel): number {
  return QUORUM[level];
}

/** Reasons that call for somebody who looks at security, from this many points on. */
const SECURITY_RULES = new Set(["privilege", "exposure", "weakened"]);
const SECURITY_POINTS = 15;

/** Which gates a change must pass, each with why; decided by its risk alone, never by who asks. */
export function requiredGates(
  { score, level, reasons }: Risk,
  compliance: readonly string[],
): RequiredGate[] {
  const gates: RequiredGate[] = [
    {
      type: "human_approval",
      requiredApprovals: quorumOf(level),
      why: `every change needs a person's approval; its risk is ${level} (${score})`,
    },
  ];
  const security = reasons.find(({ rule, points }) => SECURITY_RULES.has(rule) && points >= SECURITY_POINTS);
  if (security) {
    gates.push({
      type: "security_check",
      requiredApprovals: 1,
      why: `${security.resource}: ${security.why}`,
    });
  }
  if (compliance.length > 0) {
    gates.push({
      type: "compliance_check",
      requiredApprovals: 1,
      why: `the goal is bound by ${compliance.join(", ")}`,
    });
  }
  return gates;
}
