import { type Clock, VirtualClock } from "../../engine/clock.ts";
import { Engine, type EngineOptions } from "../../engine/engine.ts";
import { type FunctionCall, FunctionNotFound } from "../../engine/integrations/ports.ts";
import { openDatabase } from "../../engine/store/database.ts";
import type { DescribeExecutionOutput } from "../../engine/verbs/executions.ts";
import type { HistoryEvent } from "../../engine/verbs/history.ts";

/** What a function of a test does with a call. */
export type FunctionUnderTest = (call: FunctionCall) => unknown;

export interface Outcome extends DescribeExecutionOutput {
  readonly events: HistoryEvent[];
  readonly types: string[];
}

/** An engine in memory whose time is the test's. */
export class Harness {
  readonly clock = new VirtualClock();
  readonly calls: FunctionCall[] = [];
  /** When each of the calls was made. */
  readonly times: number[] = [];
  readonly errors: unknown[] = [];
  readonly engine: Engine;

  constructor(functions: Record<string, FunctionUnderTest> = {}, options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      database: openDatabase(":memory:"),
      clock: this.clock as Clock,
      functions: {
        invoke: async (call) => {
          this.calls.push(call);
          this.times.push(this.clock.now());
          const implementation = functions[call.functionName];
          if (!implementation) throw new FunctionNotFound(call.functionName);
          return implementation(call);
        },
      },
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.engine.start();
  }

  /** Starts a machine written in JSONata and runs it until nothing goes on without time passing. */
  async start(definition: object, input: unknown = {}, name?: string): Promise<string> {
    this.engine.loadStateMachine({
      name: "machine",
      definition: { QueryLanguage: "JSONata", ...definition },
    });
    const { executionArn } = await this.engine.startExecution({
      stateMachine: "machine",
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    });
    await this.engine.settled();
    return executionArn;
  }

  /** Runs a machine to its end, skipping whatever it waits for. */
  async run(definition: object, input: unknown = {}): Promise<Outcome> {
    const executionArn = await this.start(definition, input);
    await this.fastForward(executionArn);
    return this.outcome(executionArn);
  }

  /** Lets time pass until an execution ends or nothing is due any more. */
  async fastForward(executionArn: string): Promise<void> {
    await this.engine.settled();
    while (this.engine.describeExecution({ executionArn }).status === "RUNNING") {
      if (!this.clock.advanceToNextTimer()) return;
      await this.engine.settled();
    }
  }

  /** Lets time pass, and everything happen at its time. */
  async pass(seconds: number): Promise<void> {
    const end = this.clock.now() + seconds * 1000;
    await this.engine.settled();
    for (let due = this.engine.nextDue(); due && due.getTime() < end; due = this.engine.nextDue()) {
      this.clock.advance(due.getTime() - this.clock.now());
      await this.engine.settled();
    }
    this.clock.advance(end - this.clock.now());
    await this.engine.settled();
  }

  outcome(executionArn: string): Outcome {
    const { events } = this.engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
    const described = this.engine.describeExecution({ executionArn });
    return { ...described, events, types: events.map(({ type }) => type) };
  }
}

/** An error with a name, as a function throws it. */
export function named(name: string, message = "no reason"): Error {
  return Object.assign(new Error(message), { name });
}

/** A machine of one state. */
export function single(state: object): object {
  return { StartAt: "Only", States: { Only: { End: true, ...state } } };
}

export const invoke = (name: string, payload: unknown = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: name, Payload: payload },
  TimeoutSeconds: 300,
});

/** What a function is given so that somebody can use its Task's token. */
export const TOKEN_PAYLOAD = { token: "{% $states.context.Task.Token %}" };

/** The token in what a function was given. */
export function tokenIn({ payload }: { payload: unknown }): string {
  return (payload as { token: string }).token;
}
