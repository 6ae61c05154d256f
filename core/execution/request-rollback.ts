import { NOTHING } from "../budget/amounts.ts";
import { dispatch } from "../outbox.ts";
import type { World } from "../ports.ts";
import type { Caller } from "../principal.ts";
import { redact } from "../secrets/redact.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { WORKSPACE_CHAIN } from "../timeline/chain.ts";
import { record } from "../timeline/record.ts";
import { advance, type Execution, ExecutionError, hasEnded, type Signal } from "./execution.ts";
import { load, store } from "./executions.ts";
import { stateText } from "./state-text.ts";

/**
 * Asks for the way back: a running apply is turned around at its next look, an applied change is undone by a
 * rollback execution of its own. Anybody may ask, the requester too: the way back was approved with the change.
 * @throws ExecutionError NothingToRollBack
 */
export async function requestRollback(
  world: World,
  id: string,
  caller: Caller,
  notes?: string,
): Promise<Execution> {
  return await atomically(world.table, async (unit) => {
    const execution = await load(unit, id);
    const at = world.clock.now().toISOString();
    const wish = { by: caller.principal, at, ...(notes === undefined ? {} : { notes: redact(notes) }) };
    const data = { via: caller.via, ...(notes === undefined ? {} : { notes }) };
    const entry = { at, type: "execution.rollback-requested", actor: caller.principal, data };
    if (execution.changeStatus === "APPLYING") {
      // Asked for twice, the way back is still measured from the first time.
      const asked = wishing(execution, execution.signals.rollback ?? wish, at);
      store(unit, asked);
      await record(unit, id, entry);
      return asked;
    }
    if (execution.outcome !== "applied" || !hasEnded(execution)) throw nothingToRollBack(execution);
    const reopened = await reopen(unit, wishing(execution, wish, at), at);
    await record(unit, id, entry);
    return reopened;
  });
}

function wishing(execution: Execution, rollback: Signal, at: string): Execution {
  return { ...execution, signals: { ...execution.signals, rollback }, updatedAt: at };
}

/** Opens an ended, applied execution again for its rollback, in its own chain and the workspace's. */
export async function reopen(unit: Unit, execution: Execution, at: string): Promise<Execution> {
  // A rollback that was begun and broke off must be begun anew, with all that is asked beforehand.
  const { endedAt: _ended, outcome: _outcome, error: _error, watch: _watched, ...rest } = execution;
  const { rollback: asked } = execution.signals;
  const called = {
    cause: "requested" as const,
    calledAt: asked?.at ?? at,
    ...(asked ? { calledBy: asked.by } : {}),
  };
  // One name for each call, so that a rollback that was refused can be asked for again.
  const run = { machine: "rollback", name: `${execution.id}-rollback-${Date.parse(at)}` };
  const reopened = {
    ...advance(rest, "ROLLBACK"),
    run,
    status: "running" as const,
    stage: "RollBack",
    rollback: called,
    // The day's forecast was told of the end already.
    expected: NOTHING,
    updatedAt: at,
  };
  store(unit, reopened);
  const data = { executionId: execution.id, why: "rollback" };
  await record(unit, WORKSPACE_CHAIN, {
    at,
    type: "execution.reopened",
    actor: asked?.by ?? "conductor",
    data,
  });
  await dispatch(unit, at, {
    kind: "start",
    id: `${execution.id}-rollback`,
    ...run,
    input: { executionId: execution.id, dossier: execution.dossier },
  });
  return reopened;
}

function nothingToRollBack({ id, changeStatus, outcome }: Execution): ExecutionError {
  if (changeStatus === "ROLLBACK")
    return new ExecutionError("NothingToRollBack", `execution ${id} is being rolled back already`);
  const hint = outcome ? "" : `; to stop it before anything is applied, use \`conductor cancel ${id}\``;
  return new ExecutionError(
    "NothingToRollBack",
    `execution ${id} is ${stateText(changeStatus, outcome)}, so there is nothing to roll back${hint}`,
  );
}
