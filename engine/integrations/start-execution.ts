import { createHash, randomUUID } from "node:crypto";
import type { Home } from "../arn.ts";
import { executionArn, stateMachineArn, stateMachineName } from "../arn.ts";
import type { Ending } from "../interpreter/changes.ts";
import type { StateFailure } from "../interpreter/failure.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { ServiceError } from "../service-error.ts";
import { refusedBy } from "./call-error.ts";
import { responseText } from "./sdk-metadata.ts";
import type { TaskCall } from "./task-call.ts";

/** What a Task asks StartExecution for. */
export interface ChildStart {
  readonly stateMachine: string;
  readonly name: string;
  readonly input: string;
  readonly parentToken: string | undefined;
}

/** Starts an execution that reports its end under a token. */
export type StartChild = (child: ChildStart) => Promise<{ executionArn: string; startDate: Date }>;

/** StartExecution as a Task calls it; gives the response. */
export async function startExecution(start: StartChild, call: TaskCall): Promise<string> {
  const { StateMachineArn, Input, Name } = isObject(call.parameters) ? call.parameters : {};
  try {
    const { executionArn: arn, startDate } = await start({
      stateMachine: stateMachineName(String(StateMachineArn)),
      name: typeof Name === "string" ? Name : nameFor(call),
      input: typeof Input === "string" ? Input : JSON.stringify(Input ?? {}),
      parentToken: call.taskToken,
    });
    const response = { ExecutionArn: arn, StartDate: startDate.getTime() };
    return responseText(response, call);
  } catch (error) {
    throw error instanceof ServiceError ? refused(error) : error;
  }
}

/** A name that is the same when a crash makes this try start its execution again. */
function nameFor({ taskToken }: TaskCall): string {
  return taskToken === undefined ? randomUUID() : createHash("sha256").update(taskToken).digest("hex");
}

function refused({ name, message }: ServiceError): StateFailure {
  return refusedBy({
    prefix: "StepFunctions",
    service: "AWSStepFunctions",
    status: 400,
    code: name,
    error: `${name}Exception`,
    message,
    requestId: randomUUID(),
  });
}

interface EndedExecution {
  readonly stateMachine: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
}

/** What a Task gets that waited for an execution: DescribeExecution's answer, with input and output as JSON. */
export function describeEnded(home: Home, execution: EndedExecution, ending: Ending): JsonObject {
  return {
    ExecutionArn: executionArn(home, execution.stateMachine, execution.name),
    Input: JSON.parse(execution.input) as Json,
    InputDetails: { Included: true },
    Name: execution.name,
    ...(ending.output === undefined
      ? {}
      : { Output: JSON.parse(ending.output) as Json, OutputDetails: { Included: true } }),
    ...(ending.error === undefined ? {} : { Error: ending.error }),
    ...(ending.cause === undefined ? {} : { Cause: ending.cause }),
    StartDate: execution.startedAt,
    StateMachineArn: stateMachineArn(home, execution.stateMachine),
    Status: ending.status,
    StopDate: ending.stoppedAt,
  };
}
