import type { CloudReader } from "../../core/cloud/cloud.ts";
import type { StackEvent } from "../../core/cloud/stack.ts";
import { advance, type Execution, type Rollback } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";

/** A resource that stops because another one failed is not the cause. */
const CONSEQUENCE = /cancelled/i;

/** A creation that is stopped is deleted, without a rollback of CloudFormation's own. */
const ROLLBACK_BEGINS = /^((UPDATE_)?ROLLBACK|DELETE)_IN_PROGRESS$/;
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
    const before = noted;
    noted = understood(noted, event);
    if (!before.rollback && noted.rollback?.cause === "requested")
      await recordRollbackBegan(unit, noted, event.at);
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

/** The way back has begun, for whatever reason it was called for. */
export function rollingBack(execution: Execution, { at }: { readonly at: string }): Execution {
  const called = execution.rollback ?? calledFor(execution, at);
  return { ...advance(execution, "ROLLBACK"), rollback: { ...called, beganAt: called.beganAt ?? at } };
}

function calledFor({ apply, signals: { rollback: asked } }: Execution, at: string): Rollback {
  if (apply?.failedAt) return { cause: "failure", calledAt: apply.failedAt };
  return asked
    ? { cause: "requested", calledAt: asked.at, calledBy: asked.by }
    : { cause: "failure", calledAt: at };
}

export async function recordRollbackBegan(unit: Unit, { id, signals }: Execution, at: string): Promise<void> {
  const cause = signals.rollback ? "requested" : "overdue";
  await record(unit, id, { at, type: "rollback.began", actor: "broker", data: { cause } });
}

/** Marks the rollback as finished, once. */
export function rolledBack(execution: Execution, at: string): Execution {
  const { rollback } = execution;
  return rollback
    ? { ...execution, rollback: { ...rollback, finishedAt: rollback.finishedAt ?? at } }
    : execution;
}
