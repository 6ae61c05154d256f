import type { Cloud } from "../../core/cloud/cloud.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";
import { approvedDossier } from "./approved-dossier.ts";
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

async function rollbackBegan(unit: Unit, executionId: string, at: string): Promise<void> {
  const execution = await load(unit, executionId);
  const { rollback: asked } = execution.signals;
  const called = asked
    ? { cause: "requested" as const, calledAt: asked.at, calledBy: asked.by }
    : { cause: "failure" as const, calledAt: at };
  store(unit, {
    ...advance(execution, "ROLLBACK"),
    stage: "RollBack",
    rollback: { ...called, beganAt: at },
    updatedAt: at,
  });
  const cause = asked ? "requested" : "overdue";
  await record(unit, executionId, { at, type: "rollback.began", actor: "broker", data: { cause } });
}
