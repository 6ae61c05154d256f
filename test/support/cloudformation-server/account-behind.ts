import { DatabaseSync } from "node:sqlite";
import { type SandboxControls, sandboxControls } from "../../../adapters/embedded/sandbox/controls.ts";
import { sandboxCloud } from "../../../adapters/embedded/sandbox/sandbox-cloud.ts";
import type { Pace } from "../../../adapters/embedded/sandbox/timing.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Cloud, CloudTarget } from "../../../core/cloud/cloud.ts";

/** How this server differs from a tame one, each as AWS is documented, or known, to behave. */
export interface Quirks {
  /** Items on a page of every list. CloudFormation's own pages hold 100 and more. */
  pageSize: number;
  /** How often DescribeChangeSet says that a new change set is still being computed. */
  looksUntilComputed: number;
  /**
   * What a token that was used already leads to: the documents promise that a retry is taken for the first request;
   * they also list TokenAlreadyExistsException; and nobody promises how long a token is remembered.
   */
  tokens: "honoured" | "refused" | "forgotten";
  /** Executing a change set deletes the stack's others, as the user guide says, instead of calling them OBSOLETE. */
  deletesOtherChangeSets: boolean;
}

export interface AccountBehind {
  readonly target: CloudTarget;
  readonly clock: Clock;
  readonly cloud: Cloud;
  readonly controls: SandboxControls;
  readonly quirks: Quirks;
  /** Which operation, by its token, a stack's events from an index on belong to. */
  readonly operations: Map<string, { readonly from: number; readonly token: string }[]>;
  /** Looks at change sets that are still to be answered with "in progress". */
  readonly looks: Map<string, number>;
  readonly deletedChangeSets: Set<string>;
  readonly usedTokens: Set<string>;
  /** Templates in S3 by the path they were stored under. */
  readonly objects: Map<string, string>;
}

export interface BehindOptions {
  readonly target: CloudTarget;
  readonly clock: Clock;
  readonly pace?: Pace;
  readonly database?: DatabaseSync;
}

/** The simulated account that a server answers from. */
export function accountBehind({ target, clock, pace = "none", database }: BehindOptions): AccountBehind {
  const file = database ?? new DatabaseSync(":memory:");
  return {
    target,
    clock,
    cloud: sandboxCloud({ database: file, target, clock, pace }),
    controls: sandboxControls({ database: file, targets: [target], clock, pace }),
    quirks: { pageSize: 100, looksUntilComputed: 1, tokens: "honoured", deletesOtherChangeSets: false },
    operations: new Map(),
    looks: new Map(),
    deletedChangeSets: new Set(),
    usedTokens: new Set(),
    objects: new Map(),
  };
}
