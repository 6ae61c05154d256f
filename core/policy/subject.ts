import type { ChangeSet } from "../artifacts/change-set.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import type { Snapshot } from "../cloud/stack.ts";
import type { Template } from "../template/template.ts";

/** What the laws are asked about. */
export interface Subject {
  readonly environment: Environment;
  readonly stack: string;
  readonly template: Template;
  readonly templateText: string;
  /** Of the stack as it runs; absent when it is new, or before a change set exists. */
  readonly before?: Template | undefined;
  readonly changeSet?: ChangeSet | undefined;
  /** By logical id, newest first. */
  readonly snapshots?: ReadonlyMap<string, readonly Snapshot[]>;
  readonly now: Date;
}
