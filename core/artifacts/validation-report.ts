import * as z from "zod";
import { riskLevel, schemaVersion, usd } from "./vocabulary.ts";

export const finding = z.strictObject({
  rule: z.string(),
  severity: z.enum(["info", "warning", "error", "fatal"]),
  resource: z.string(),
  message: z.string(),
  fix: z.string(),
  /** The law of the design it breaks; a law's finding no approval can override. */
  law: z.int().min(1).max(12).optional(),
});

export const riskReason = z.strictObject({
  rule: z.string(),
  resource: z.string(),
  why: z.string(),
  points: z.number().nonnegative(),
});

export const risk = z.strictObject({
  score: z.int().min(0).max(100),
  level: riskLevel,
  reasons: z.array(riskReason),
});

export const blastRadius = z.strictObject({
  /** Words of the policy found in names, types or texts, and where. */
  keywords: z.array(z.strictObject({ word: z.string(), where: z.string() })),
  counts: z.strictObject({
    add: z.int().nonnegative(),
    modify: z.int().nonnegative(),
    replace: z.int().nonnegative(),
    remove: z.int().nonnegative(),
  }),
  services: z.array(z.string()),
  /** Logical ids of resources that hold data and are replaced or removed. */
  stateAtRisk: z.array(z.string()),
});

export const requiredGate = z.strictObject({
  type: z.enum(["human_approval", "security_check", "compliance_check"]),
  requiredApprovals: z.int().positive(),
  why: z.string(),
});

export const costComparison = z.strictObject({
  monthlyBefore: usd,
  monthlyAfter: usd,
  monthlyDelta: usd,
  /** True when a resource has no price, so that the true figure is higher. */
  atLeast: z.boolean(),
  unpriced: z.array(z.strictObject({ address: z.string(), type: z.string() })),
  pricesAsOf: z.string(),
});

/** Sentinel's PASS or FAIL. */
export const validationReport = z.strictObject({
  schemaVersion,
  /** `build` before a change set exists, `change` with it. */
  stage: z.enum(["build", "change"]),
  result: z.enum(["PASS", "FAIL"]),
  policyVersion: z.string(),
  findings: z.array(finding),
  cost: costComparison.optional(),
  risk: risk.optional(),
  blastRadius: blastRadius.optional(),
  gates: z.array(requiredGate).optional(),
});

/** The report of the second stage, which judges a change as a whole. */
export const changeReport = validationReport.required({
  cost: true,
  risk: true,
  blastRadius: true,
  gates: true,
});

export type ChangeReport = z.output<typeof changeReport>;
export type ValidationReport = z.output<typeof validationReport>;
export type Finding = z.output<typeof finding>;
export type Risk = z.output<typeof risk>;
export type RiskReason = z.output<typeof riskReason>;
export type BlastRadius = z.output<typeof blastRadius>;
export type RequiredGate = z.output<typeof requiredGate>;
export type CostComparison = z.output<typeof costComparison>;
