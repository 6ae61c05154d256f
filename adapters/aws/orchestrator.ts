import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  machineMissing,
  type Orchestrator,
  OrchestratorError,
  requireSameStart,
} from "../../core/orchestrator.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** Answers that say nobody waits any more. */
const SETTLED = ["TaskTimedOut", "TaskDoesNotExist"];
const NO_MACHINE = ["StateMachineDoesNotExist", "StateMachineDeleting"];

/** Standard state machines in Step Functions. */
export class StepFunctionsOrchestrator implements Orchestrator {
  readonly #client: SFNClient;
  readonly #machines: Readonly<Record<string, string>>;

  /** @param machines the ARN of each, by the name it has here */
  constructor(place: AwsPlace, machines: Readonly<Record<string, string>>) {
    this.#client = clientOf(place, SFNClient);
    this.#machines = machines;
  }

  async start(machine: string, name: string, input: object): Promise<void> {
    const stateMachineArn = this.#machines[machine];
    if (stateMachineArn === undefined) throw machineMissing(machine);
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      const expected = ["ExecutionAlreadyExists", ...NO_MACHINE];
      await mapped(() => this.#client.send(command), `starting ${machine} ${name}`, expected);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (NO_MACHINE.includes(error.name)) throw machineMissing(machine, { cause: error });
      if (error.name !== "ExecutionAlreadyExists") throw error;
      requireSameStart(machine, name, await this.#inputOf(stateMachineArn, name), input);
    }
  }

  async sendTaskSuccess(taskToken: string, output: object): Promise<void> {
    const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
    await settled(() => this.#client.send(command));
  }

  async sendTaskFailure(taskToken: string, error: string, cause: string): Promise<void> {
    const command = new SendTaskFailureCommand({ taskToken, error, cause });
    await settled(() => this.#client.send(command));
  }

  /** Step Functions tells an earlier start from another one only while the execution runs. */
  async #inputOf(stateMachineArn: string, name: string): Promise<string> {
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const command = new DescribeExecutionCommand({ executionArn });
    const { input = "{}" } = await mapped(
      () => this.#client.send(command),
      `reading how ${name} was started`,
    );
    return input;
  }
}

async function settled(call: () => Promise<unknown>): Promise<void> {
  try {
    await mapped(call, "answering a task", [...SETTLED, "InvalidToken"]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "InvalidToken")
      throw new OrchestratorError("InvalidToken", error.message, { cause: error });
    if (!SETTLED.includes(error.name)) throw error;
  }
}
