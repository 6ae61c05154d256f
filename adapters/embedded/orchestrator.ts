import type { Orchestrator } from "../../core/ports.ts";
import type { Engine } from "../../engine/engine.ts";
import { ServiceError, type ServiceErrorName } from "../../engine/service-error.ts";

/** Answers that say the work is done already: the same call was made before, or nobody waits any more. */
const SETTLED: ReadonlySet<ServiceErrorName> = new Set([
  "ExecutionAlreadyExists",
  "TaskTimedOut",
  "TaskDoesNotExist",
]);

/** Step Functions' verbs on the engine. A second delivery changes nothing and is no error. */
export class EngineOrchestrator implements Orchestrator {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async start(machine: string, name: string, input: object): Promise<void> {
    await settled(this.#engine.startExecution({ stateMachine: machine, name, input: JSON.stringify(input) }));
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
    if (!(error instanceof ServiceError && SETTLED.has(error.name))) throw error;
  }
}
