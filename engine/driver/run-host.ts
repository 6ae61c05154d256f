import type { Run } from "../interpreter/run.ts";
import type { Stimulus } from "../interpreter/stimulus.ts";

/** Who keeps the executions that are in memory. */
export interface RunHost {
  /** An execution, brought into memory where it is not; undefined when it does not run any more. */
  get(id: number): Run | undefined;
  /** Lets an execution go on. */
  deliver(run: Run, stimulus: Stimulus): void;
  /** Has an execution's changes written with the next commit. */
  changed(run: Run): void;
  /** Something that could keep the engine from being settled is over. */
  calmed(): void;
}
