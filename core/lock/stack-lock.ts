import { NamedError } from "../errors.ts";
import { NORMAL, type Priority } from "../execution/priority.ts";

/** The lock of one stack with those who wait for it: by priority, and among equals first come first served. */
export interface StackLock {
  readonly holder?: LockHolder;
  readonly queue: readonly LockHolder[];
  /** Counts the holders ever: a holder who was overtaken is recognised by its older number. */
  readonly fence: number;
}

export interface LockHolder {
  readonly executionId: string;
  readonly since: string;
  /** Absent where it is normal. */
  readonly priority?: Priority;
  /** Where to deliver the grant. */
  readonly taskToken?: string;
}

export class LockError extends NamedError<"LockNotHeld" | "LockUnavailable"> {}

export const FREE: StackLock = { queue: [], fence: 0 };

/** Takes a free lock, or a place behind all who wait with this priority; asking again changes the token only. */
export function request(lock: StackLock, claimant: LockHolder): StackLock {
  if (lock.holder?.executionId === claimant.executionId) {
    return { ...lock, holder: { ...claimant, since: lock.holder.since } };
  }
  if (!lock.holder && lock.queue.length === 0) return grant(lock, claimant, lock.queue);
  const place = lock.queue.findIndex((waiting) => waiting.executionId === claimant.executionId);
  if (place < 0) return { ...lock, queue: queued(lock.queue, claimant) };
  const queue = lock.queue.with(place, { ...claimant, since: lock.queue[place]?.since ?? claimant.since });
  return { ...lock, queue };
}

function queued(queue: readonly LockHolder[], claimant: LockHolder): readonly LockHolder[] {
  const before = queue.findIndex((waiting) => rankOf(waiting) > rankOf(claimant));
  return before < 0 ? [...queue, claimant] : queue.toSpliced(before, 0, claimant);
}

function rankOf({ priority = NORMAL }: LockHolder): Priority {
  return priority;
}

/** Gives the lock up, or the place in the queue, and lets the next one in. */
export function release(lock: StackLock, executionId: string): StackLock {
  const queue = lock.queue.filter((waiting) => waiting.executionId !== executionId);
  if (lock.holder?.executionId !== executionId) return { ...lock, queue };
  const { holder: _released, ...rest } = lock;
  const [next, ...others] = queue;
  return next ? grant(rest, next, others) : { ...rest, queue };
}

function grant(lock: StackLock, holder: LockHolder, queue: readonly LockHolder[]): StackLock {
  return { holder, queue, fence: lock.fence + 1 };
}

/** 0 for the holder, 1 for the first in the queue, undefined for a stranger. */
export function placeOf(lock: StackLock, executionId: string): number | undefined {
  if (lock.holder?.executionId === executionId) return 0;
  const index = lock.queue.findIndex((waiting) => waiting.executionId === executionId);
  return index < 0 ? undefined : index + 1;
}
