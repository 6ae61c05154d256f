/** What a change set says of one resource, in the terms of CloudFormation's DescribeChangeSet. */
export interface ResourceChange {
  readonly action: "Add" | "Modify" | "Remove";
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  /** Only for Modify. */
  readonly replacement?: "True" | "False" | "Conditional";
  /** What becomes of the physical resource that goes away, from DeletionPolicy or UpdateReplacePolicy. */
  readonly policyAction?:
    | "Delete"
    | "Retain"
    | "Snapshot"
    | "ReplaceAndDelete"
    | "ReplaceAndRetain"
    | "ReplaceAndSnapshot";
  readonly details: readonly ChangeDetail[];
}

export interface ChangeDetail {
  readonly attribute:
    | "Properties"
    | "Metadata"
    | "Tags"
    | "DeletionPolicy"
    | "UpdateReplacePolicy"
    | "UpdatePolicy"
    | "CreationPolicy";
  /** The property's name when `attribute` is Properties. */
  readonly name?: string;
  readonly requiresRecreation: "Never" | "Conditionally" | "Always";
  readonly evaluation: "Static" | "Dynamic";
  readonly changeSource:
    | "DirectModification"
    | "ResourceReference"
    | "ParameterReference"
    | "ResourceAttribute"
    /** A nested stack whose template may have changed. */
    | "Automatic"
    /** The template now says what the resource is already. */
    | "NoModification";
  /** What caused it when it is not a direct edit: `Table` or `Table.Arn`. */
  readonly causingEntity?: string;
}

export interface ChangeSetDescription {
  readonly arn: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: "CREATE" | "UPDATE";
  readonly status: "CREATE_COMPLETE" | "FAILED";
  readonly statusReason?: string;
  readonly executionStatus:
    | "AVAILABLE"
    | "UNAVAILABLE"
    | "EXECUTE_IN_PROGRESS"
    | "EXECUTE_COMPLETE"
    | "EXECUTE_FAILED"
    | "OBSOLETE";
  readonly createdAt: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly changes: readonly ResourceChange[];
}
