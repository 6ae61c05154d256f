import type { Environment } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";
import type { GateType } from "../gate/gate.ts";

/** No policy of this environment lets its gates be skipped. */
export class SkipError extends NamedError<"GatesRequired"> {}

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
