import { InputError } from "../artifacts/parse.ts";
import { type Amounts, KINDS } from "../budget/amounts.ts";
import { grant } from "../budget/ledger.ts";
import { type Gate, GateError } from "../gate/gate.ts";
import { closeAll, ofExecution } from "../gate/gates.ts";
import type { StackLock } from "../lock/stack-lock.ts";
import type { World } from "../ports.ts";
import type { Caller } from "../principal.ts";
import { redact } from "../secrets/redact.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import { record } from "../timeline/record.ts";
import { advance, type Execution, ExecutionError, hasEnded } from "./execution.ts";
import { load, store } from "./executions.ts";
import { stateText } from "./state-text.ts";
import { interrupt, letGoOn } from "./waits.ts";

/** Holds the execution back at its next checkpoint. @throws ExecutionError ExecutionEnded */
export async function pause(world: World, id: string, caller: Caller, notes?: string): Promise<Execution> {
  return await signal(world, id, caller, "execution.pause-requested", notes, (execution, wish) => ({
    ...execution,
    signals: { ...execution.signals, pause: wish },
  }));
}

/** Lets a paused execution go on, at once if it is parked. */
export async function unpause(world: World, id: string, caller: Caller): Promise<Execution> {
  return await signal(world, id, caller, "execution.unpaused", undefined, async (execution, wish, unit) => {
    const { pause: _lifted, ...signals } = execution.signals;
    const released = { ...execution, signals };
    return execution.parked?.why === "paused" ? await wake(unit, released, wish.at) : released;
  });
}

/** Statuses in which the account is being changed: stopping there means undoing. */
const CHANGING = new Set<Execution["changeStatus"]>(["APPLYING", "ROLLBACK"]);

/**
 * Ends the execution before anything is applied.
 * @throws ExecutionError ExecutionEnded, or IllegalTransition while it is being applied
 */
export async function cancel(world: World, id: string, caller: Caller, notes?: string): Promise<Execution> {
  const gates = await ofExecution(world.table, id);
  return await signal(
    world,
    id,
    caller,
    "execution.cancel-requested",
    notes,
    async (execution, wish, unit) => {
      if (CHANGING.has(execution.changeStatus)) {
        const hint = `\`conductor rollback ${id}\` stops it and undoes what was done`;
        throw new ExecutionError(
          "IllegalTransition",
          `execution ${id} is being applied and cannot simply be cancelled; ${hint}`,
        );
      }
      const cancelled = { ...execution, signals: { ...execution.signals, cancel: wish } };
      await stopWaiting(unit, cancelled, gates, wish.at);
      return cancelled.parked ? await wake(unit, cancelled, wish.at) : cancelled;
    },
  );
}

/** Ends whatever wait it is in: open gates are closed, a checkpoint or the queue of a stack is left. */
async function stopWaiting(
  unit: Unit,
  execution: Execution,
  gates: readonly Gate[],
  at: string,
): Promise<void> {
  await closeAll(unit, gates, new Date(at));
  const lock = await unit.get<StackLock>(keys.lock(execution.account, execution.region, execution.stack));
  const waiting = lock?.queue.find(({ executionId }) => executionId === execution.id);
  for (const taskToken of [waiting?.taskToken, execution.parked?.taskToken]) {
    if (taskToken === undefined) continue;
    const cause = "the execution was cancelled while it waited";
    await interrupt(unit, at, taskToken, { error: "ExecutionCancelled", cause });
  }
}

/**
 * Grants more of its budgets to an execution; it goes on if it was parked for want of them.
 * @throws InputError, GateError SelfApproval when the requester asks for themselves
 */
export async function grantBudget(
  world: World,
  id: string,
  caller: Caller,
  more: Amounts,
  agents: readonly string[],
): Promise<Execution> {
  if (!KINDS.every((kind) => Number.isSafeInteger(more[kind]) && more[kind] >= 0)) {
    throw new InputError("InvalidInput", "a grant only ever adds, and no more than can be counted exactly");
  }
  return await signal(
    world,
    id,
    caller,
    "budget.granted",
    undefined,
    async (execution, wish, unit) => {
      if (caller.principal === execution.requestedBy) {
        throw new GateError(
          "SelfApproval",
          `${caller.principal} asked for this change, so somebody else must grant it more`,
        );
      }
      await grant(unit, { executionId: id, more, agents, now: world.clock.now() });
      const { parked, signals } = execution;
      if (parked?.why !== "budget") return execution;
      // Somebody holds it as well: it has what it needs, and still waits to be let go.
      if (signals.pause) return { ...execution, parked: { ...parked, why: "paused" } };
      return await wake(unit, execution, wish.at);
    },
    { more },
  );
}

/** Delivers the go-ahead to the checkpoint that holds the execution. */
async function wake(unit: Unit, execution: Execution, at: string): Promise<Execution> {
  const { parked, ...awake } = execution;
  if (!parked) return execution;
  await letGoOn(unit, at, parked.taskToken, { woken: true });
  return { ...advance(awake, parked.status), status: "running" };
}

type Change = (
  execution: Execution,
  wish: NonNullable<Execution["signals"]["pause"]>,
  unit: Unit,
) => Execution | Promise<Execution>;

/** Records a wish about an execution that has not ended, and what it changes at once. @throws ExecutionError ExecutionEnded */
export async function signal(
  world: World,
  id: string,
  caller: Caller,
  type: string,
  notes: string | undefined,
  change: Change,
  data: Record<string, unknown> = {},
): Promise<Execution> {
  return await atomically(world.table, async (unit) => {
    const execution = await load(unit, id);
    if (hasEnded(execution)) {
      throw new ExecutionError(
        "ExecutionEnded",
        `execution ${id} has ended: ${stateText(execution.changeStatus, execution.outcome)}`,
      );
    }
    const at = world.clock.now().toISOString();
    const wish = { by: caller.principal, at, ...(notes === undefined ? {} : { notes: redact(notes) }) };
    const changed = await change(execution, wish, unit);
    store(unit, { ...changed, updatedAt: at });
    await record(unit, id, {
      at,
      type,
      actor: caller.principal,
      data: { via: caller.via, ...data, ...(notes === undefined ? {} : { notes }) },
    });
    return changed;
  });
}
