import type { CloudReader } from "../../core/cloud/cloud.ts";
import type { StackEvent } from "../../core/cloud/stack.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";

/** A resource that stops because another one failed is not the cause. */
const CONSEQUENCE = /cancelled/i;

const ROLLBACK_BEGINS = /^(UPDATE_)?ROLLBACK_IN_PROGRESS$/;
const ROLLBACK_ENDS = /^(UPDATE_)?ROLLBACK_COMPLETE$/;

/** Where a watch begins: after the last event that is there already, whatever the clocks say. */
export async function lastEvent(cloud: CloudReader, stackId: string): Promise<{ readonly cursor?: string }> {
  const [last] = await cloud.stackEvents(stackId, { newest: 1 });
  return last ? { cursor: last.eventId } : {};
}

/** Events that are stored together: each is a row in one transaction, which has room for 100. */
const AT_ONCE = 80;

/**
 * Takes new stack events into the timeline, and into the execution what they mean for it: in pieces, each with the
 * cursor behind it, so that a look that breaks off is carried on from there.
 */
export async function note(
  world: World,
  executionId: string,
  events: readonly StackEvent[],
): Promise<Execution> {
  for (let from = 0; ; from += AT_ONCE) {
    const noted = await atomically(world.table, async (unit) => {
      const taken = await take(unit, await load(unit, executionId), events.slice(from, from + AT_ONCE));
      store(unit, { ...taken, updatedAt: world.clock.now().toISOString() });
      return taken;
    });
    if (from + AT_ONCE >= events.length) return noted;
  }
}

async function take(unit: Unit, execution: Execution, events: readonly StackEvent[]): Promise<Execution> {
  let noted = execution;
  for (const event of events) {
    await record(unit, execution.id, {
      at: event.at,
      type: "apply.progress",
      actor: "cloudformation",
      data: dataOf(event),
    });
    noted = understood(noted, event);
  }
  const last = events.at(-1);
  return last && noted.watch ? { ...noted, watch: { ...noted.watch, cursor: last.eventId } } : noted;
}

function dataOf(event: StackEvent): Record<string, unknown> {
  const { logicalId, physicalId, type, status, reason } = event;
  const why = reason === undefined ? {} : { reason };
  return { logicalId, physicalId, resourceType: type, status, isStack: isStack(event), ...why };
}

function isStack({ physicalId, stackId }: StackEvent): boolean {
  return physicalId === stackId;
}

function understood(execution: Execution, event: StackEvent): Execution {
  if (execution.watch?.kind !== "apply") return execution;
  if (!isStack(event)) return failed(execution, event);
  if (ROLLBACK_BEGINS.test(event.status)) return rollingBack(execution, event);
  return ROLLBACK_ENDS.test(event.status) ? rolledBack(execution, event.at) : execution;
}

/** The first resource that failed of its own accord. */
function failed(
  execution: Execution,
  { status, reason = "no reason given", logicalId, at }: StackEvent,
): Execution {
  const { apply } = execution;
  if (!apply || apply.failedAt || !status.endsWith("_FAILED") || CONSEQUENCE.test(reason)) return execution;
  return { ...execution, apply: { ...apply, failedAt: at, failure: `${logicalId}: ${reason}` } };
}

function rollingBack(execution: Execution, { at }: StackEvent): Execution {
  const called = execution.rollback ?? {
    cause: "failure" as const,
    calledAt: execution.apply?.failedAt ?? at,
  };
  return { ...advance(execution, "ROLLBACK"), rollback: { ...called, beganAt: called.beganAt ?? at } };
}

/** Marks the rollback as finished, once. */
export function rolledBack(execution: Execution, at: string): Execution {
  const { rollback } = execution;
  return rollback
    ? { ...execution, rollback: { ...rollback, finishedAt: rollback.finishedAt ?? at } }
    : execution;
}
