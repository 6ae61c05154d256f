import type { Clock } from "../clock.ts";
import type { Integrations } from "../integrations/call.ts";
import type { Ending } from "../interpreter/changes.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import type { Run } from "../interpreter/run.ts";
import type { Store } from "../store/store.ts";
import type { GroupCommit } from "./group-commit.ts";

/** What a driver works with. */
export interface DriverParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly interpreter: Interpreter;
  readonly integrations: Integrations;
  /** Brings an execution into memory; undefined when it does not run any more. */
  loadRun(id: number): Run | undefined;
  /** Told of executions that have ended. */
  onEnded(execution: EndedExecution): void;
  /** Told of errors that nobody waits for. */
  onError(error: unknown): void;
}

/** An execution that has ended, as it is reported. */
export interface EndedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: Ending["status"];
}
