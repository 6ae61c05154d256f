import type { Execution } from "../execution/execution.ts";
import { letGoOn, tokenId } from "../execution/waits.ts";
import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import { type Key, type Table, TableError } from "../table/table.ts";
import { record } from "../timeline/record.ts";
import { FREE, LockError, placeOf, release, request, type StackLock } from "./stack-lock.ts";

type Locked = Pick<Execution, "id" | "account" | "region" | "stack" | "priority">;

/**
 * Takes the lock of an execution's stack or a place in its queue; the grant is delivered to the token.
 * @throws LockError LockUnavailable
 */
export async function acquireLock(
  unit: Unit,
  execution: Locked,
  taskToken: string,
  at: string,
): Promise<void> {
  const key = lockKey(execution);
  await foreseeLock(unit, execution, keys.outbox(at, `task-success#${tokenId(taskToken)}`));
  const before = (await read(unit, execution)) ?? FREE;
  const { priority } = execution;
  const waits = priority === undefined ? {} : { priority };
  const after = request(before, { executionId: execution.id, since: at, taskToken, ...waits });
  unit.put({ ...key, attributes: after });
  if (placeOf(after, execution.id) === 0) {
    if (placeOf(before, execution.id) !== 0) await recordGrant(unit, execution.id, execution.stack, at);
    await letGoOn(unit, at, taskToken, {});
  } else if (placeOf(before, execution.id) === undefined) {
    const data = {
      stack: execution.stack,
      place: placeOf(after, execution.id),
      holder: after.holder?.executionId,
    };
    await record(unit, execution.id, { at, type: "lock.queued", actor: "conductor", data });
  }
}

/** Gives up the lock, or the place in the queue, and lets the next execution in. */
export async function releaseLock(unit: Unit, execution: Locked, at: string): Promise<void> {
  const key = lockKey(execution);
  const before = await unit.get<StackLock>(key);
  if (!before || placeOf(before, execution.id) === undefined) return;
  const after = release(before, execution.id);
  unit.put({ ...key, attributes: after });
  if (after.holder && after.holder.executionId !== before.holder?.executionId) {
    await recordGrant(unit, after.holder.executionId, execution.stack, at);
    if (after.holder.taskToken) await letGoOn(unit, at, after.holder.taskToken, {});
  }
}

async function recordGrant(unit: Unit, executionId: string, stack: string, at: string): Promise<void> {
  await record(unit, executionId, { at, type: "lock.granted", actor: "conductor", data: { stack } });
}

/** @throws LockError LockNotHeld, LockUnavailable, so that nothing is applied without the lock */
export async function requireLock(unit: Unit, execution: Locked): Promise<void> {
  const lock = (await read(unit, execution)) ?? FREE;
  if (placeOf(lock, execution.id) === 0) return;
  const holder = lock.holder ? `${lock.holder.executionId} holds it` : "nobody holds it";
  throw new LockError(
    "LockNotHeld",
    `execution ${execution.id} does not hold the lock of the stack ${execution.stack}: ${holder}`,
  );
}

async function read(unit: Unit, execution: Locked): Promise<StackLock | undefined> {
  return await reading(execution, () => unit.get<StackLock>(lockKey(execution)));
}

/** Reads the lock together with what else is about to be asked for. @throws LockError LockUnavailable */
export async function foreseeLock(unit: Unit, execution: Locked, ...others: readonly Key[]): Promise<void> {
  await reading(execution, () => unit.foresee(lockKey(execution), ...others));
}

async function reading<Result>(execution: Locked, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TableError && error.name === "Unavailable")) throw error;
    throw new LockError(
      "LockUnavailable",
      `the lock of the stack ${execution.stack} cannot be read, so nothing is applied: ${error.message}`,
      { cause: error },
    );
  }
}

/** The lock of an execution's stack as it stands, for people. */
export async function lockOf(table: Table, execution: Locked): Promise<StackLock> {
  const item = await table.get(lockKey(execution));
  return (item?.attributes as StackLock | undefined) ?? FREE;
}

function lockKey({ account, region, stack }: Omit<Locked, "id">): Key {
  return keys.lock(account, region, stack);
}
