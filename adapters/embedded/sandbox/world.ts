import type { DatabaseSync } from "node:sqlite";
import { letters } from "./kinds/kind.ts";
import { nameTaken } from "./names-taken.ts";
import { subjectOf } from "./operation/blueprint.ts";
import type { World } from "./operation/operation.ts";
import type { ResourceState, StackState } from "./state.ts";
import { setExecutionStatus } from "./store/change-sets.ts";
import { rows } from "./store/database.ts";
import { disarm, hasFault, takeFault } from "./store/faults.ts";
import { insertSnapshot, snapshotCount } from "./store/snapshots.ts";
import { duration, type Pace, snapshotReadyAt } from "./timing.ts";

/** The world as the database holds it, for one transaction. */
export function worldOf(database: DatabaseSync, pace: Pace): World {
  return {
    duration: (type, action) => duration(type, action, pace),
    takeFault: (stack, resource, stage) => takeFault(database, target(stack, resource), stage),
    hasFault: (stack, resource, stage) => hasFault(database, target(stack, resource), stage),
    nameTaken: (stack, resource) => nameTaken(database, stack, resource),
    takeSnapshot: (stack, resource, at) => {
      takeSnapshot(database, stack, resource, at, pace);
    },
    exported: (stack, name) => exported(database, stack, name),
    disarm: (stack) => disarm(database, stack.environment, stack.name),
    concludeChangeSet: (arn, outcome) => setExecutionStatus(database, arn, outcome),
  };
}

function target(stack: StackState, { logicalId, type }: ResourceState) {
  return { environment: stack.environment, stack: stack.name, logicalId, type };
}

/** Records a snapshot of what a resource holds, and gives its id. */
export function takeSnapshot(
  database: DatabaseSync,
  stack: StackState,
  resource: ResourceState,
  at: number,
  pace: Pace,
): string {
  const serial = snapshotCount(database, resource.physicalId);
  const suffix = letters(subjectOf(stack, resource), 12, `snapshot ${serial}`);
  const snapshotId = `${stack.name}-snapshot-${resource.logicalId}-${suffix}`.toLowerCase();
  insertSnapshot(database, {
    snapshotId,
    environment: stack.environment,
    type: resource.type,
    of: resource.physicalId,
    createdAt: at,
    availableAt: snapshotReadyAt(at, pace),
    encrypted: isEncrypted(resource),
  });
  return snapshotId;
}

/** DynamoDB always encrypts; elsewhere a property says so. */
function isEncrypted({ type, actual }: ResourceState): boolean {
  const says = actual?.["StorageEncrypted"] ?? actual?.["Encrypted"] ?? actual?.["AtRestEncryptionEnabled"];
  return type.startsWith("AWS::DynamoDB::") || says === true || says === "true";
}

function exported(database: DatabaseSync, stack: StackState, name: string): string | undefined {
  const found = rows(
    database,
    "SELECT exports FROM sandbox_stack WHERE environment = ? AND live = 1 AND exports <> '{}' AND stack_id <> ?",
    stack.environment,
    stack.stackId,
  );
  for (const one of found) {
    const exports = JSON.parse(one["exports"] as string) as Record<string, string>;
    if (Object.hasOwn(exports, name)) return exports[name];
  }
  return undefined;
}
