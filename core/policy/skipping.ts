import type { Environment } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";
import type { GateType } from "../gate/gate.ts";

export class SkipError extends NamedError<
  /** No policy of this environment lets its gates be skipped. */
  | "GatesRequired"
  /** The pipeline cannot do without this agent, or this environment does not let it. */
  | "AgentRequired"
  /** Somebody had the execution do without it. */
  | "AgentSkipped"
> {}

/**
 * Gates that may be skipped where whoever starts a change asks for it and may: the ordinary approval of a change, where
 * things are tried out. Never in prod, and nowhere a gate that a risk of its own calls for.
 */
const SKIPPABLE: Readonly<Record<Environment, ReadonlySet<GateType>>> = {
  dev: new Set(["human_approval"]),
  sit: new Set(),
  prod: new Set(),
};

/** True where some gate of an environment may be skipped at all. */
export function skipsGates(environment: Environment): boolean {
  return SKIPPABLE[environment].size > 0;
}

/** True where this one may: a change whose risk asks for several people is put before them. */
export function maySkip(gate: {
  readonly environment: Environment;
  readonly type: GateType;
  readonly requiredApprovals: number;
}): boolean {
  return SKIPPABLE[gate.environment].has(gate.type) && gate.requiredApprovals === 1;
}

/** Agents on whose answer nothing that follows depends: the one that looks back when a change has ended. */
const OPTIONAL: ReadonlySet<string> = new Set(["sweeper"]);

/**
 * Every other agent's answer is what the next one judges or applies; and in prod every change is looked back at.
 * @throws SkipError AgentRequired
 */
export function requireOptional(environment: Environment, agent: string): void {
  if (OPTIONAL.has(agent) && environment !== "prod") return;
  const why = OPTIONAL.has(agent)
    ? "in prod no agent is skipped"
    : `what ${agent} answers is what the next step judges or applies`;
  throw new SkipError("AgentRequired", `${agent} cannot be skipped: ${why}`);
}
