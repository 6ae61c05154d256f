import type * as z from "zod";
import { load, store } from "../../core/execution/executions.ts";
import { interrupt, interruptionOf } from "../../core/execution/waits.ts";
import { waitingEvent } from "../../core/function-event.ts";
import { opensAt } from "../../core/gate/conditions.ts";
import { conditionsOf, type Gate } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";

/** A clock of ours may be behind the one that counts the wait. */
const SKEW_SECONDS = 2;

/** How long an approved change has to wait until it may be applied: whole seconds, 0 where nobody asked for a wait. */
export function secondsUntilOpen(gates: readonly Gate[], now: Date): number {
  const from = opensAt(conditionsOf(gates));
  const left = from === undefined ? 0 : Date.parse(from) - now.getTime();
  return left <= 0 ? 0 : Math.ceil(left / 1000) + SKEW_SECONDS;
}

export const windowEvent = waitingEvent;

/**
 * An approved change waits until it may be applied: the state machine's own timeout ends the wait, a cancellation or
 * another strategy ends it sooner.
 */
export async function awaitWindow(
  { executionId, taskToken }: z.output<typeof windowEvent>,
  world: World,
): Promise<object> {
  const gates = await ofExecution(world.table, executionId);
  await atomically(world.table, async (unit) => {
    const at = world.clock.now().toISOString();
    const execution = await load(unit, executionId);
    const stopped = interruptionOf(execution);
    if (stopped) return await interrupt(unit, at, taskToken, stopped);
    const asked = gates.filter(({ digest }) => digest === execution.digest);
    const until = opensAt(conditionsOf(asked)) ?? at;
    const parked = { taskToken, at, why: "window", status: execution.changeStatus, until } as const;
    store(unit, { ...execution, parked, updatedAt: at });
    if (execution.parked) return;
    await record(unit, executionId, { at, type: "apply.waits", actor: "conductor", data: { until } });
  });
  return {};
}
