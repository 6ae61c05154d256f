import {
  machineMissing,
  type Orchestrator,
  OrchestratorError,
  requireSameStart,
} from "../../core/orchestrator.ts";
import { executionArn, type Home } from "../../engine/arn.ts";
import type { Engine } from "../../engine/engine.ts";
import { ServiceError, type ServiceErrorName } from "../../engine/service-error.ts";

/** Answers that say nobody waits any more. */
const SETTLED: ReadonlySet<ServiceErrorName> = new Set(["TaskTimedOut", "TaskDoesNotExist"]);

/** Step Functions' verbs on the engine. A second delivery changes nothing and is no error. */
export class EngineOrchestrator implements Orchestrator {
  readonly #engine: Engine;
  readonly #home: Home;

  /** @param home where the engine says it is */
  constructor(engine: Engine, home: Home) {
    this.#engine = engine;
    this.#home = home;
  }

  async start(machine: string, name: string, input: object): Promise<void> {
    try {
      await this.#engine.startExecution({ stateMachine: machine, name, input: JSON.stringify(input) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.name === "StateMachineDoesNotExist") throw machineMissing(machine, { cause: error });
      if (error.name !== "ExecutionAlreadyExists") throw error;
      const arn = executionArn(this.#home, machine, name);
      requireSameStart(machine, name, this.#engine.describeExecution({ executionArn: arn }).input, input);
    }
  }

  async sendTaskSuccess(taskToken: string, output: object): Promise<void> {
    await settled(this.#engine.sendTaskSuccess({ taskToken, output: JSON.stringify(output) }));
  }

  async sendTaskFailure(taskToken: string, error: string, cause: string): Promise<void> {
    await settled(this.#engine.sendTaskFailure({ taskToken, error, cause }));
  }
}

async function settled(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.name === "InvalidToken")
      throw new OrchestratorError("InvalidToken", error.message, { cause: error });
    if (!SETTLED.has(error.name)) throw error;
  }
}
