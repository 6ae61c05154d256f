import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { NOTHING } from "../../core/budget/amounts.ts";
import { sha256 } from "../../core/digest.ts";
import type { Execution } from "../../core/execution/execution.ts";
import type { Gate, Vote } from "../../core/gate/gate.ts";

/** When everything in these records happened, unless a test says otherwise. */
export const AT = "2026-01-05T09:00:00.000Z";

export function minutesAfter(minutes: number, from: string = AT): Date {
  return new Date(Date.parse(from) + minutes * 60_000);
}

export const DEV = { environment: "dev", account: "536580886816", region: "af-south-1" } as const;
export const PROD = { environment: "prod", account: "093646564004", region: "af-south-1" } as const;

/** A reference to an artifact that need not exist. */
export function ref(name = "artifact.json", kind = "Document"): ArtifactRef {
  return { name, kind, sha256: sha256(name), bytes: 2 };
}

/** A running change of the stack `shop` that Ada asked for. */
export function anExecution(changes: Partial<Execution> = {}): Execution {
  const id = changes.id ?? "exec_1";
  return {
    id,
    pipeline: "change",
    status: "running",
    changeStatus: "IN_PROGRESS",
    stage: "DrawPlan",
    goal: ref("goal.json", "GoalStatement"),
    goalText: "a shop",
    ...DEV,
    stack: "shop",
    requestedBy: "ada",
    run: { machine: "change", name: id },
    createdAt: AT,
    updatedAt: AT,
    signals: {},
    spent: NOTHING,
    expected: NOTHING,
    ...changes,
  };
}

export const DIGEST = sha256("what is approved");

/** An open gate of Ada's change, for an hour. */
export function aGate(changes: Partial<Gate> = {}): Gate {
  return {
    id: "gate_1",
    executionId: "exec_1",
    type: "human_approval",
    environment: "dev",
    stack: "shop",
    subject: "Create the stack shop in dev: 1 to add",
    digest: DIGEST,
    requestedBy: "ada",
    requiredApprovals: 1,
    openedAt: AT,
    expiresAt: minutesAfter(60).toISOString(),
    status: "open",
    votes: [],
    ...changes,
  };
}

export function aVote(by: string, changes: Partial<Vote> = {}): Vote {
  return { decision: "approve", by, via: "cli", authenticated: false, digest: DIGEST, at: AT, ...changes };
}
