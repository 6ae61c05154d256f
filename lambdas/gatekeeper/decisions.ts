import * as z from "zod";
import type { Execution } from "../../core/execution/execution.ts";
import { load } from "../../core/execution/executions.ts";
import { functionEvent, waitingEvent } from "../../core/function-event.ts";
import { type Gate, outcomeOf } from "../../core/gate/gate.ts";
import { awaitDecision, close, loadOf } from "../../core/gate/gates.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { secondsUntilOpen } from "./window.ts";

export const awaitEvent = waitingEvent.extend({ gateId: z.string() });

/** Keeps the token to which a gate's decision is delivered. */
export async function awaitGate(
  { executionId, gateId, taskToken }: z.output<typeof awaitEvent>,
  world: World,
): Promise<object> {
  await atomically(world.table, async (unit) => {
    await awaitDecision(unit, await loadOf(unit, executionId, gateId), taskToken, world.clock.now());
  });
  return {};
}

export const gateIds = z.array(z.object({ gateId: z.string() }));

export const settleEvent = functionEvent.extend({ gates: gateIds.min(1) });

/**
 * What the gates' rows say, whatever the tokens brought: the rows are the truth. Gates still open are closed. An
 * approval may say that its change waits.
 */
export async function settleGates(
  { executionId, gates: asked }: z.output<typeof settleEvent>,
  world: World,
): Promise<{ outcome: string; waitSeconds: number }> {
  return await atomically(world.table, async (unit) => {
    await unit.foresee(
      keys.execution(executionId),
      keys.chainHead(executionId),
      ...asked.map(({ gateId }) => keys.gate(executionId, gateId)),
    );
    const gates: Gate[] = [];
    for (const { gateId } of asked) gates.push(await loadOf(unit, executionId, gateId));
    const outcome = outcomeOf(gates);
    const now = world.clock.now();
    for (const gate of gates) await close(unit, gate, outcome === "waiting" ? "expired" : "closed", now);
    return {
      outcome: meaning(outcome, await load(unit, executionId)),
      waitSeconds: secondsUntilOpen(gates, now),
    };
  });
}

/** Nothing waits any more: an open gate has run out of time, a closed one was cancelled with its execution. */
function meaning(outcome: ReturnType<typeof outcomeOf>, { signals }: Execution): string {
  if (outcome === "closed" && signals.cancel) return "cancelled";
  if (outcome === "closed" && signals.strategy) return "replan";
  return outcome === "waiting" || outcome === "closed" ? "expired" : outcome;
}
