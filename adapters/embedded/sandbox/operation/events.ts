import { createHash } from "node:crypto";
import type { ResourceStatus, StackStatus } from "../../../../core/cloud/stack.ts";
import type { ResourceState, StackState } from "../state.ts";

const STACK_TYPE = "AWS::CloudFormation::Stack";

/** Gives the stack a status and writes the event. */
export function stackTurns(stack: StackState, at: number, status: StackStatus, reason?: string): void {
  stack.status = status;
  stack.statusReason = reason;
  const instant = nextInstant(stack, at);
  stack.events.push({
    eventId: stackEventId(stack.stackId, status, instant),
    stackId: stack.stackId,
    at: instant,
    logicalId: stack.name,
    physicalId: stack.stackId,
    type: STACK_TYPE,
    status,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** Gives a resource a status and writes the event. */
export function resourceTurns(
  stack: StackState,
  resource: ResourceState,
  at: number,
  status: ResourceStatus,
  reason?: string,
): void {
  resource.status = status;
  resource.statusReason = reason;
  const instant = nextInstant(stack, at);
  stack.events.push({
    eventId: `${resource.logicalId}-${status}-${instant}`,
    stackId: stack.stackId,
    at: instant,
    logicalId: resource.logicalId,
    physicalId: resource.physicalId,
    type: resource.type,
    status,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** No two events of a stack share an instant: their order is visible and their ids differ. */
function nextInstant(stack: StackState, at: number): string {
  stack.lastEventAt = Math.max(Math.min(at, stack.latest), stack.lastEventAt + 1);
  return new Date(stack.lastEventAt).toISOString();
}

/** CloudFormation gives the stack's own events a UUID. */
function stackEventId(stackId: string, status: string, instant: string): string {
  const digest = createHash("sha256").update([stackId, status, instant].join("|")).digest("hex").slice(0, 32);
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
