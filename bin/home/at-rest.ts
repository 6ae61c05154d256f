import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { find } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { lockOf } from "../../core/lock/locks.ts";
import { placeOf } from "../../core/lock/stack-lock.ts";
import type { World } from "../../core/ports.ts";

/** Why an execution does not move by itself. */
export type Rest = "ended" | "paused" | "gate" | "queued" | "window";

/** Undefined while the execution can go on without anybody saying anything. */
export async function restOf(world: World, execution: Execution): Promise<Rest | undefined> {
  if (hasEnded(execution)) return "ended";
  if (execution.status === "paused") return "paused";
  if (waitsForItsTime(execution, world.clock.now())) return "window";
  const gates = await ofExecution(world.table, execution.id);
  if (gates.some(({ status, expiresAt }) => status === "open" && world.clock.now() < new Date(expiresAt)))
    return "gate";
  return (await waitsBehindOneAtRest(world, execution)) ? "queued" : undefined;
}

/** It was approved on condition that it is not applied before a time that is to come. */
function waitsForItsTime({ parked, signals }: Execution, now: Date): boolean {
  const until = parked?.why === "window" && !signals.cancel ? parked.until : undefined;
  return until !== undefined && now < new Date(until);
}

async function waitsBehindOneAtRest(world: World, execution: Execution): Promise<boolean> {
  // Whoever was cancelled gives up its place, whatever those before it wait for.
  if (execution.signals.cancel) return false;
  const lock = await lockOf(world.table, execution);
  if (!placeOf(lock, execution.id) || !lock.holder) return false;
  const holder = await find(world.table, lock.holder.executionId);
  const rest = await restOf(world, holder);
  return rest === "paused" || rest === "gate" || rest === "window";
}
