import type { ChangeSetDescription } from "./change-set.ts";
import type { ResourceDrift, Snapshot, Stack, StackEvent, StackResource } from "./stack.ts";

/** The account and region one cloud port speaks to; each environment is bound to one. */
export interface CloudTarget {
  readonly environment: "dev" | "sit" | "prod";
  readonly account: string;
  readonly region: string;
}

/** What the read_only lane may ask of the account. Nothing here changes anything. */
export interface CloudReader {
  /** Who we are there, from STS: compared with the target's account before anything else (law 6). */
  callerIdentity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** By name or stack id. A deleted stack is found by its id only. */
  describeStack(stack: string): Promise<Stack | undefined>;
  /** The template the stack runs now, as it was submitted. */
  stackTemplate(stack: string): Promise<string | undefined>;
  stackResources(stack: string): Promise<readonly StackResource[]>;
  /**
   * Events oldest first: those after the event `after` if given, only the `newest` so many if given. With nothing
   * new it waits up to `patienceMs` for something, so that a caller need not poll hotly.
   */
  stackEvents(
    stack: string,
    options?: { readonly after?: string; readonly newest?: number; readonly patienceMs?: number },
  ): Promise<readonly StackEvent[]>;
  /** Compares the named resources with the template they came from. */
  resourceDrift(stack: string, logicalIds: readonly string[]): Promise<readonly ResourceDrift[]>;
  describeChangeSet(arn: string): Promise<ChangeSetDescription | undefined>;
  /** The template a change set would bring the stack to, as it was submitted. */
  changeSetTemplate(arn: string): Promise<string | undefined>;
  /** Snapshots of a physical resource, newest first. */
  snapshots(resource: { readonly type: string; readonly physicalId: string }): Promise<readonly Snapshot[]>;
}

/** The dry_run lane: change sets, which change nothing until somebody executes them. */
export interface CloudPlanner extends CloudReader {
  /**
   * Creates a change set and waits until CloudFormation has computed it. Asked again with the same name and
   * client token it answers with the same change set.
   * @throws CloudError StackStuck, StackBusy, TemplateInvalid
   */
  createChangeSet(request: ChangeSetRequest): Promise<ChangeSetDescription>;
  /** Deletes the change set. A stack that stood in REVIEW_IN_PROGRESS for it alone takes another one, or is gone. */
  deleteChangeSet(arn: string): Promise<void>;
}

export interface ChangeSetRequest {
  readonly stack: string;
  readonly name: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly clientToken: string;
}

/** CloudFormation's quota for a stack policy. */
export const STACK_POLICY_BYTES = 16_384;

/** The execute lane, pinned to one stack: the broker alone holds one. Every call carries its client token. */
export interface CloudApplier extends CloudReader {
  /** @throws CloudError ChangeSetNotFound, ChangeSetObsolete, StackBusy */
  executeChangeSet(arn: string, clientToken: string): Promise<void>;
  /** Stops a running update; CloudFormation then rolls it back. @throws CloudError NotUpdating */
  cancelUpdate(clientToken: string): Promise<void>;
  deleteStack(clientToken: string): Promise<void>;
  /** Leads a stack out of UPDATE_ROLLBACK_FAILED, giving up on the resources to skip. */
  continueRollback(clientToken: string, skip: readonly string[]): Promise<void>;
  /**
   * The stack policy document CloudFormation enforces during updates, as JSON.
   * @throws CloudError RequestInvalid when it is none, or has more than STACK_POLICY_BYTES
   */
  setStackPolicy(policy: string): Promise<void>;
}

export interface Cloud {
  readonly target: CloudTarget;
  /** True when nothing behind this port is real; every output then says so. */
  readonly simulated: boolean;
  reader(): CloudReader;
  planner(): CloudPlanner;
  /**
   * The apply role with a session pinned to one stack and one change-set name.
   * SourceIdentity is the execution; the tags name the gates and who decided.
   */
  applier(session: ApplierSession): CloudApplier;
}

export interface ApplierSession {
  readonly executionId: string;
  /** The stack's id, by which alone it is then spoken of. A name pins to whatever stack bears it at the time. */
  readonly stack: string;
  readonly changeSetName?: string;
  readonly tags: Readonly<Record<string, string>>;
}
