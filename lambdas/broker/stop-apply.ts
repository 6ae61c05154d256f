import type { Cloud } from "../../core/cloud/cloud.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { approvedDossier } from "./approved-dossier.ts";
import { recordRollbackBegan, rollingBack } from "./progress.ts";
import { sessionFor } from "./session.ts";

interface Running {
  readonly stack: Stack;
  readonly cloud: Cloud;
  readonly idempotencyKey: string;
}

/**
 * Turns a running apply around: an update is cancelled, which CloudFormation rolls back; a creation, which it
 * cannot cancel, is deleted. In any other state the operation is past stopping and is left to end.
 */
export async function stopApply(
  world: World,
  execution: Execution,
  { stack, cloud, idempotencyKey }: Running,
): Promise<void> {
  const { gates } = await approvedDossier(world, execution);
  const applier = cloud.applier(sessionFor(execution, stack.stackId, gates));
  if (stack.status === "UPDATE_IN_PROGRESS") await applier.cancelUpdate(`${idempotencyKey}/cancel`);
  else if (stack.status === "CREATE_IN_PROGRESS") await applier.deleteStack(`${idempotencyKey}/delete`);
  else return;
  await atomically(world.table, (unit) => rollbackBegan(unit, execution.id, world.clock.now().toISOString()));
}

/** Noted at once, and otherwise by whoever sees CloudFormation's own events of it. */
async function rollbackBegan(unit: Unit, executionId: string, at: string): Promise<void> {
  const execution = rollingBack(await load(unit, executionId), { at });
  store(unit, { ...execution, stage: "RollBack", updatedAt: at });
  await recordRollbackBegan(unit, execution, at);
}
