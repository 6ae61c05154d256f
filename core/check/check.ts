import type { Finding, RequiredGate, RiskReason } from "../artifacts/validation-report.ts";
import type { Environment, RiskLevel } from "../artifacts/vocabulary.ts";
import type { ChangeSource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { type Guardrails, guardrailFindings } from "../cost/guardrails.ts";
import type { Usage } from "../cost/usage.ts";
import { requiredGates } from "../gate/required-gates.ts";
import { POLICY_VERSION } from "../policy/policy.ts";
import { score } from "../risk/score.ts";
import { redact } from "../secrets/redact.ts";
import { type CostReport, costOf } from "./cost.ts";
import { lawFindings } from "./laws.ts";
import { rightsFindings } from "./rights.ts";
import { type ShownChange, shownChanges } from "./shown-changes.ts";

export interface CheckOptions {
  /** Absent when nobody says where the change is to happen. */
  readonly environment?: Environment | undefined;
  readonly region: string;
  readonly usage?: Usage | undefined;
  readonly guardrails?: Guardrails | undefined;
  /** What policy as code found. */
  readonly policy?: PolicyPart | undefined;
  readonly now: Date;
}

/** What policy as code found, by which rules, and what it could not judge. */
export interface PolicyPart {
  readonly findings: readonly Finding[];
  readonly version: string;
  readonly notes: readonly string[];
}

/** Sentinel's judgement of any change, as `conductor check` gives it. */
export interface CheckReport {
  /** FAIL when a law, a policy or a guardrail that blocks is broken; a risk only asks for more people. */
  readonly verdict: "PASS" | "FAIL";
  readonly risk: {
    readonly score: number;
    readonly level: RiskLevel;
    readonly reasons: readonly RiskReason[];
  };
  readonly gates: readonly RequiredGate[];
  readonly findings: readonly Finding[];
  readonly cost: CostReport;
  readonly changes: readonly ShownChange[];
  readonly source: ChangeSource;
  readonly environment: Environment | null;
  readonly policyVersion: string;
  /** What the file did not tell. */
  readonly notes: readonly string[];
}

const NO_POLICY: PolicyPart = { findings: [], version: "", notes: [] };

/** Judges a change by risk, laws, policy and cost. Never throws on what a change may contain. */
export function check(change: InfrastructureChange, options: CheckOptions): CheckReport {
  const { environment, region, usage, guardrails = {}, policy = NO_POLICY, now } = options;
  const { reasons, ...risk } = score({ environment, change });
  const cost = costOf(change, region, usage);
  const findings = [
    ...lawFindings(change, reasons, environment, now),
    ...policy.findings,
    ...rightsFindings(change),
    ...guardrailFindings(cost, guardrails),
  ].map(readable);
  const fails = findings.some(({ severity }) => severity === "error" || severity === "fatal");
  return {
    verdict: fails ? "FAIL" : "PASS",
    risk: { ...risk, reasons: reasons.map((one) => ({ ...one, why: redact(one.why) })) },
    gates: requiredGates({ ...risk, reasons }, []),
    findings,
    cost,
    changes: shownChanges(change.changes),
    source: change.source,
    environment: environment ?? null,
    policyVersion: policy === NO_POLICY ? POLICY_VERSION : `${POLICY_VERSION}+rules.${policy.version}`,
    notes: [...change.notes, ...policy.notes],
  };
}

function readable(found: Finding): Finding {
  return { ...found, message: redact(found.message) };
}
