import type { z } from "@hono/zod-openapi";
import { isCritical } from "../../core/gate/critical.ts";
import { approvals, conditionsOf, type Gate, isBroken, lapse } from "../../core/gate/gate.ts";
import type { gateCheck, gateResult, gateView } from "../schemas.ts";

export function gateOf(stored: Gate, now: Date): z.input<typeof gateView> {
  const gate = lapse(stored, now);
  const rejection = gate.votes.find(({ decision }) => decision === "reject");
  const { id, executionId, type, environment, stack, subject, digest, requestedBy, status } = gate;
  return {
    id,
    executionId,
    type,
    environment,
    stack,
    subject,
    digest,
    requestedBy,
    status,
    requiredApprovals: gate.requiredApprovals,
    approvedBy: approvals(gate).map(({ by }) => by),
    rejected: rejection ? { by: rejection.by, notes: rejection.notes ?? null } : null,
    brokenGlass: isBroken(gate),
    skippedBy: gate.skipped?.by ?? null,
    critical: isCritical(gate),
    conditions: [...conditionsOf([gate])],
    openedAt: gate.openedAt,
    expiresAt: gate.expiresAt,
  };
}

export function gateCheckOf(gate: Gate, now: Date): z.input<typeof gateCheck> {
  const seconds = Math.ceil((Date.parse(gate.expiresAt) - now.getTime()) / 1000);
  const { id: gateId, subject, digest, requiredApprovals } = gate;
  const conditions = conditionsOf([gate]);
  return {
    type: gate.type,
    required: true,
    timeout: Math.max(0, seconds),
    context: { gateId, subject, digest, requiredApprovals, approvals: approvals(gate).length, conditions },
  };
}

export function gateResultOf(gate: Gate): z.input<typeof gateResult> {
  const { id, type, status } = gate;
  return { id, type, status, approvedBy: approvals(gate).map(({ by }) => by) };
}
