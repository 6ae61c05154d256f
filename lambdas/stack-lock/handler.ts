import { requireNotCancelled } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { waitingEvent } from "../../core/function-event.ts";
import { acquireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";

/** Queues an execution for its stack; its task token is answered when its turn has come. */
export async function queueForStack(input: unknown, world: World): Promise<object> {
  const { executionId, taskToken } = waitingEvent.parse(input);
  await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    requireNotCancelled(execution);
    const at = world.clock.now().toISOString();
    store(unit, { ...execution, stage: "QueueForStack", updatedAt: at });
    await acquireLock(unit, execution, taskToken, at);
  });
  return {};
}
