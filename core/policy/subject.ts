import type { ResourceChange } from "../artifacts/change-set.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import type { Snapshot } from "../cloud/stack.ts";
import type { Template } from "../template/template.ts";

/** What the laws are asked about. */
export interface Subject {
  readonly environment: Environment;
  readonly stack: string;
  readonly template: Template;
  /** Values given for the template's parameters; its defaults fill the rest. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Of the stack as it runs; absent when it is new, or not known yet. */
  readonly before?: Template | undefined;
  /** Absent before CloudFormation has computed them. */
  readonly changes?: readonly ResourceChange[];
  /** By logical id, newest first. */
  readonly snapshots?: ReadonlyMap<string, readonly Snapshot[]>;
  readonly now: Date;
}
