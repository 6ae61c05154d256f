import * as z from "zod";
import { advance, type ChangeStatus, type Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { interrupt, interruptionOf, letGoOn, tokenId } from "../../core/execution/waits.ts";
import { waitingEvent } from "../../core/function-event.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";

const checkpointEvent = waitingEvent.extend({
  /** The step that comes next, for people. */
  stage: z.string(),
  /** The change's status from here on. */
  status: z.custom<ChangeStatus>((value) => typeof value === "string"),
  /** True when the next step was refused its budget: wait until somebody grants more. */
  short: z.boolean(),
});

type CheckpointEvent = z.output<typeof checkpointEvent>;

/** Between agents: reads the signals and lets the execution go on, ends it, or holds it until somebody speaks. */
export async function checkpoint(input: unknown, world: World): Promise<object> {
  const event = checkpointEvent.parse(input);
  await atomically(world.table, async (unit) => {
    const at = world.clock.now().toISOString();
    await unit.foresee(
      keys.execution(event.executionId),
      keys.chainHead(event.executionId),
      keys.outbox(at, `task-success#${tokenId(event.taskToken)}`),
    );
    const execution = await load(unit, event.executionId);
    const stopped = interruptionOf(execution);
    if (stopped) return await interrupt(unit, at, event.taskToken, stopped);
    if (execution.signals.pause) return await park(unit, execution, event, "paused", at);
    if (event.short) return await park(unit, execution, event, "budget", at);
    return await goOn(unit, execution, event, at);
  });
  return {};
}

async function goOn(
  unit: Unit,
  execution: Execution,
  { taskToken, stage, status }: CheckpointEvent,
  at: string,
): Promise<void> {
  const { parked: _left, shortage: _met, ...free } = execution;
  store(unit, { ...advance(free, status), status: "running", stage, updatedAt: at });
  if (execution.stage !== stage) {
    await record(unit, execution.id, {
      at,
      type: "stage.entered",
      actor: "conductor",
      data: { stage, changeStatus: status },
    });
  }
  await letGoOn(unit, at, taskToken, {});
}

async function park(
  unit: Unit,
  execution: Execution,
  { taskToken, status }: CheckpointEvent,
  why: "paused" | "budget",
  at: string,
): Promise<void> {
  const { stage, shortage } = execution;
  const short = why === "budget" && shortage !== undefined ? { shortage } : {};
  const parked = { taskToken, at, why, status, ...short };
  store(unit, { ...execution, status: "paused", parked, updatedAt: at });
  if (execution.parked) return;
  const type = why === "paused" ? "execution.paused" : "budget.exhausted";
  await record(unit, execution.id, { at, type, actor: "conductor", data: { stage, ...short } });
}
