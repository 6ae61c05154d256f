import type { Gate, GateType } from "./gate.ts";

/** Questions whose answer cannot be taken back: what the change exposes, and a stack that people lead out by hand. */
const CRITICAL_TYPES: ReadonlySet<GateType> = new Set(["security_check", "stack_recovery"]);

/**
 * True where a session is not enough and the person proves anew who they are: in prod, where the risk asks for more
 * than one person, and at the questions above.
 */
export function isCritical({ environment, requiredApprovals, type }: Gate): boolean {
  return environment === "prod" || requiredApprovals > 1 || CRITICAL_TYPES.has(type);
}
