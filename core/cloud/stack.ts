/** Stack statuses as CloudFormation names them (API reference, DescribeStacks). */
export type StackStatus =
  | "REVIEW_IN_PROGRESS"
  | "CREATE_IN_PROGRESS"
  | "CREATE_COMPLETE"
  | "CREATE_FAILED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_COMPLETE"
  | "ROLLBACK_FAILED"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "UPDATE_ROLLBACK_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE"
  | "UPDATE_ROLLBACK_FAILED"
  | "DELETE_IN_PROGRESS"
  | "DELETE_COMPLETE"
  | "DELETE_FAILED"
  | `IMPORT_${"IN_PROGRESS" | "COMPLETE"}`
  | `IMPORT_ROLLBACK_${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`;

/** Resource statuses as CloudFormation names them; those after DELETE_SKIPPED come from operations we never ask for. */
export type ResourceStatus =
  | `${"CREATE" | "UPDATE" | "DELETE"}_${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`
  | "DELETE_SKIPPED"
  | `${"IMPORT" | "EXPORT"}_${"" | "ROLLBACK_"}${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`
  | `${"" | "UPDATE_"}ROLLBACK_${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`;

export interface Stack {
  readonly stackId: string;
  readonly name: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly createdAt: string;
  /** When the last update began; absent before the first one, or the execution of the change set that made the stack. */
  readonly lastUpdatedAt?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
}

export interface StackEvent {
  readonly eventId: string;
  readonly stackId: string;
  readonly at: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus | StackStatus;
  readonly reason?: string;
}

export interface ResourceDrift {
  readonly logicalId: string;
  readonly status: "IN_SYNC" | "MODIFIED" | "DELETED" | "NOT_CHECKED";
  /** One entry per property that differs; values as compact JSON. */
  readonly differences: readonly {
    readonly path: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

export interface Snapshot {
  readonly snapshotId: string;
  readonly of: string;
  readonly createdAt: string;
  readonly status: "creating" | "available" | "failed";
  readonly encrypted: boolean;
}

/** True when CloudFormation is still working on the stack and its next status will come by itself. */
export function isMoving(status: StackStatus): boolean {
  return status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS";
}

/** When the stack was last changed: as long as it stands, nobody has changed it. */
export function lastUpdate({ lastUpdatedAt, createdAt }: Stack): string {
  return lastUpdatedAt ?? createdAt;
}
