import { sha256 } from "../../core/digest.ts";
import type { Execution } from "../../core/execution/execution.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { World } from "../../core/ports.ts";

/** What a gate asks, and of how many. */
export type Asked = Pick<Gate, "type" | "requiredApprovals" | "digest" | "subject">;

/** A gate for a step of an execution: the same step asks for the same gate, however often it is retried. */
export function newGate(execution: Execution, idempotencyKey: string, asked: Asked, world: World): Gate {
  const openedAt = world.clock.now();
  const hours = world.environment(execution.environment).gateHours;
  return {
    ...asked,
    id: gateIdOf(idempotencyKey, asked.type),
    executionId: execution.id,
    environment: execution.environment,
    stack: execution.stack,
    requestedBy: execution.requestedBy,
    openedAt: openedAt.toISOString(),
    expiresAt: new Date(openedAt.getTime() + hours * 3_600_000).toISOString(),
    status: "open",
    votes: [],
  };
}

/** The id of the gate of this type that a step asks for. */
export function gateIdOf(idempotencyKey: string, type: Gate["type"]): string {
  return `gate_${sha256(`${idempotencyKey}/${type}`).slice(0, 12)}`;
}

export interface GateWait {
  readonly gateId: string;
  readonly timeoutSeconds: number;
}

/** How long the state machine waits: whole seconds, at least one, as Step Functions counts them. */
export function waitFor({ id, expiresAt }: Gate, now: Date): GateWait {
  const seconds = Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1000);
  return { gateId: id, timeoutSeconds: Math.max(1, seconds) };
}
