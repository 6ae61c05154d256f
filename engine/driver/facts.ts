import { executionArn, type Home, stateMachineArn } from "../arn.ts";
import { Payload } from "../interpreter/payload.ts";
import type { ExecutionFacts } from "../interpreter/run.ts";

/** Makes what never changes about executions out of what is kept of them. */
export class FactSheet {
  readonly #home: Home;
  readonly #roleArn: string;

  constructor(home: Home, roleArn: string) {
    this.#home = home;
    this.#roleArn = roleArn;
  }

  of(
    execution: Pick<ExecutionFacts, "stateMachine" | "name" | "startedAt" | "parentToken"> & {
      input: string;
    },
  ): ExecutionFacts {
    const { stateMachine, name, input } = execution;
    return {
      ...execution,
      arn: executionArn(this.#home, stateMachine, name),
      stateMachineArn: stateMachineArn(this.#home, stateMachine),
      roleArn: this.#roleArn,
      input: new Payload(input),
    };
  }
}
