import { goalStatement } from "../artifacts/goal-statement.ts";
import { parseInput } from "../artifacts/parse.ts";
import { artifactJson } from "../artifacts/text.ts";
import { closeAll, ofExecution } from "../gate/gates.ts";
import { requireUnderstandable } from "../plan/goal.ts";
import type { World } from "../ports.ts";
import type { Caller } from "../principal.ts";
import type { Unit } from "../table/atomically.ts";
import { type Execution, ExecutionError, type Strategy } from "./execution.ts";
import { find } from "./executions.ts";
import { signal } from "./signal.ts";
import { interrupt } from "./waits.ts";

/**
 * Has everything planned anew in another way. What was approved is void with it, as the change will be another; whoever
 * waits at a gate or a checkpoint is let go at once.
 * @throws ExecutionError IllegalTransition once the account is being changed, StrategyUnchanged; InputError for a goal that rules
 * alone cannot read
 */
export async function changeStrategy(
  world: World,
  id: string,
  caller: Caller,
  name: Strategy,
  notes?: string,
): Promise<Execution> {
  await requireFollowable(world, id, name);
  const gates = await ofExecution(world.table, id);
  const change = async (
    execution: Execution,
    wish: { by: string; at: string; notes?: string },
    unit: Unit,
  ) => {
    requireUnbegun(execution);
    requireOther(execution, name);
    const changed = { ...execution, signals: { ...execution.signals, strategy: { ...wish, name } } };
    await closeAll(unit, gates, new Date(wish.at));
    const { parked, ...free } = changed;
    if (!parked) return changed;
    const cause = "the strategy was changed while it waited";
    await interrupt(unit, wish.at, parked.taskToken, { error: "StrategyChanged", cause });
    return { ...free, status: "running" as const };
  };
  return await signal(world, id, caller, "execution.strategy-changed", notes, change, { strategy: name });
}

/** Rules alone must be able to read the goal. */
async function requireFollowable(world: World, id: string, name: Strategy): Promise<void> {
  if (name !== "rules") return;
  const { goal } = await find(world.table, id);
  const written = await artifactJson(world.artifacts, goal.sha256);
  requireUnderstandable(parseInput(goalStatement, written, "the goal"), "the goal");
}

function requireUnbegun({ id, changeStatus, apply }: Execution): void {
  if (apply === undefined && changeStatus !== "APPLYING" && changeStatus !== "ROLLBACK") return;
  throw new ExecutionError(
    "IllegalTransition",
    `execution ${id} is changing the account already; nothing can be planned anew before it is undone`,
  );
}

function requireOther({ id, strategy, signals }: Execution, name: Strategy): void {
  if ((signals.strategy?.name ?? strategy ?? "models") !== name) return;
  throw new ExecutionError("StrategyUnchanged", `execution ${id} follows the strategy ${name} already`);
}
