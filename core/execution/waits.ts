import { sha256 } from "../digest.ts";
import { dispatch } from "../outbox.ts";
import type { Unit } from "../table/atomically.ts";
import type { Execution } from "./execution.ts";

/** Why a step that waits does not go on, by the names that the state machines catch. */
export interface Interruption {
  readonly error: "ExecutionCancelled" | "StrategyChanged";
  readonly cause: string;
}

/** What somebody has asked for that lets no step go on; a cancellation comes first. */
export function interruptionOf({ signals }: Pick<Execution, "signals">): Interruption | undefined {
  if (signals.cancel) return { error: "ExecutionCancelled", cause: "somebody cancelled the execution" };
  if (signals.strategy) return { error: "StrategyChanged", cause: "somebody changed the strategy" };
  return undefined;
}

/** Lets the step that waits with a token go on. */
export async function letGoOn(unit: Unit, at: string, taskToken: string, output: object): Promise<void> {
  await dispatch(unit, at, { kind: "task-success", id: tokenId(taskToken), taskToken, output });
}

/** Ends the wait of a step without what it waited for. */
export async function interrupt(unit: Unit, at: string, taskToken: string, why: Interruption): Promise<void> {
  await dispatch(unit, at, { kind: "task-failure", id: tokenId(taskToken), taskToken, ...why });
}

/** What a token is called in the outbox: the tokens of Step Functions are too long for a key. */
export function tokenId(taskToken: string): string {
  return sha256(taskToken).slice(0, 16);
}
