import { canonicalJson } from "./digest.ts";
import { NamedError } from "./errors.ts";

export class OrchestratorError extends NamedError<
  /** The name is taken by a start with another input. */
  | "StartedDifferently"
  | "MachineMissing"
  /** What was given for a task token never was one. */
  | "InvalidToken"
> {}

/** The state machines' home: Step Functions, or the engine. */
export interface Orchestrator {
  /**
   * Starts an execution; the same start again changes nothing, even when the execution has ended since.
   * @throws OrchestratorError StartedDifferently, MachineMissing
   */
  start(machine: string, name: string, input: object): Promise<void>;
  /** Answers a waiting task; an answer to one that no longer waits changes nothing. @throws OrchestratorError InvalidToken */
  sendTaskSuccess(taskToken: string, output: object): Promise<void>;
  sendTaskFailure(taskToken: string, error: string, cause: string): Promise<void>;
}

/**
 * Tells a start that is delivered again from another one under the same name.
 * @param earlier the input the execution was started with, as JSON
 * @throws OrchestratorError StartedDifferently
 */
export function requireSameStart(machine: string, name: string, earlier: string, input: object): void {
  if (canonicalJson(JSON.parse(earlier)) === canonicalJson(JSON.parse(JSON.stringify(input)))) return;
  throw new OrchestratorError(
    "StartedDifferently",
    `the state machine ${machine} has run ${name} already, with another input; nothing was started. Start it under a name of its own`,
  );
}

export function machineMissing(machine: string, options?: ErrorOptions): OrchestratorError {
  return new OrchestratorError(
    "MachineMissing",
    `there is no state machine ${machine} here; deploy the pipelines again or correct its name`,
    options,
  );
}
