import { CloudError } from "../../../core/cloud/errors.ts";
import { isMoving, type StackStatus } from "../../../core/cloud/stack.ts";
import type { StackState } from "./state.ts";

/** The states in which a stack takes a change set. */
const CHANGEABLE: readonly StackStatus[] = [
  "REVIEW_IN_PROGRESS",
  "CREATE_COMPLETE",
  "UPDATE_COMPLETE",
  "UPDATE_ROLLBACK_COMPLETE",
];

const WAYS_OUT: Partial<Record<StackStatus, string>> = {
  UPDATE_ROLLBACK_FAILED: "Continue its rollback first.",
};

/** @throws CloudError StackBusy, StackStuck when the stack cannot take a change set now */
export function refuseIfStuck(stack: StackState): void {
  const { stackId, status } = stack;
  if (isMoving(status)) throw new CloudError("StackBusy", busy(stackId, status));
  if (CHANGEABLE.includes(status)) return;
  const wayOut = WAYS_OUT[status] ?? "Delete it first.";
  throw new CloudError(
    "StackStuck",
    `Stack:${stackId} is in ${status} state and can not be updated. ${wayOut}`,
  );
}

function busy(stackId: string, status: StackStatus): string {
  return `Stack:${stackId} is in ${status} state and can not be updated. Wait until it has finished.`;
}
