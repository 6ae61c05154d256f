import { randomUUID } from "node:crypto";
import type { Home } from "../arn.ts";
import { StateFailure } from "../interpreter/failure.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { functionError, refusedBy } from "./call-error.ts";
import { type EventsPort, type FunctionInvoker, FunctionNotFound, type QueuePort } from "./ports.ts";
import { responseText, sdkMetadata } from "./sdk-metadata.ts";
import { type StartChild, startExecution } from "./start-execution.ts";
import type { TaskCall } from "./task-call.ts";

/** Where the calls of Tasks go. */
export interface Integrations {
  readonly home: Home;
  readonly functions: FunctionInvoker;
  readonly events: EventsPort | undefined;
  readonly queue: QueuePort | undefined;
  readonly startChild: StartChild;
}

/** Makes the call of a Task; gives its result as JSON text, or throws StateFailure. */
export async function callResource(integrations: Integrations, call: TaskCall): Promise<string> {
  const { resource } = call;
  if (resource.kind === "function") {
    return resultText(await invoke(integrations, call, resource.arn, call.parameters));
  }
  switch (resource.service) {
    case "lambda:invoke":
      return invokeFunction(integrations, call);
    case "events:putEvents":
      return putEvents(integrations, call);
    case "sqs:sendMessage":
      return sendMessage(integrations, call);
    case "states:startExecution.sync:2":
      return startExecution(integrations.startChild, call);
  }
}

async function invoke(
  { functions, home }: Integrations,
  { idempotencyKey, executionArn, stateName, signal }: TaskCall,
  functionName: string,
  payload: Json,
): Promise<unknown> {
  try {
    return await functions.invoke({ functionName, payload, idempotencyKey, executionArn, stateName, signal });
  } catch (error) {
    if (!(error instanceof FunctionNotFound)) throw functionError(error);
    throw refusedBy({
      prefix: "Lambda",
      service: "AWSLambda",
      status: 404,
      code: "ResourceNotFoundException",
      message: `Function not found: ${functionArn(home, functionName)}`,
      requestId: randomUUID(),
    });
  }
}

function functionArn({ region, accountId }: Home, functionName: string): string {
  const arn = functionName.startsWith("arn:")
    ? functionName
    : `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
  return arn.split(":").length > 7 ? arn : `${arn}:$LATEST`;
}

async function invokeFunction(integrations: Integrations, call: TaskCall): Promise<string> {
  const { FunctionName, Qualifier, Payload } = parametersOf(call);
  const name = Qualifier == null ? String(FunctionName) : `${FunctionName}:${Qualifier}`;
  const answer = resultText(await invoke(integrations, call, name, payloadOf(Payload)));
  const headers = [
    ["X-Amz-Executed-Version", "$LATEST"],
    ["x-amzn-Remapped-Content-Length", "0"],
    ["Connection", "keep-alive"],
    ["Content-Length", String(Buffer.byteLength(answer))],
    ["Content-Type", "application/json"],
  ] as const;
  // Spliced in as text: the answer need not be parsed to be put into the response.
  return `{"ExecutedVersion":"$LATEST","Payload":${answer},${sdkMetadata(headers, call)},"StatusCode":200}`;
}

/** What a function is given: text is taken for the JSON it holds, and a missing payload for an empty object. */
function payloadOf(payload: Json | undefined): Json {
  if (payload === undefined || payload === null) return {};
  if (typeof payload !== "string") return payload;
  try {
    return JSON.parse(payload) as Json;
  } catch (error) {
    throw refusedBy({
      prefix: "Lambda",
      service: "AWSLambda",
      status: 400,
      code: "InvalidRequestContentException",
      message: `Could not parse request body into json: ${(error as Error).message}`,
      requestId: randomUUID(),
    });
  }
}

async function putEvents({ events }: Integrations, call: TaskCall): Promise<string> {
  if (!events) throw missingPort("EventBridge", call);
  const { Entries } = parametersOf(call);
  const entries = (Entries as readonly Json[]).map((entry) => eventEntry(entry, call));
  const response = await events.putEvents({ Entries: entries }, call.idempotencyKey);
  // The one response to which the service adds nothing about the exchange.
  const result = JSON.stringify({ Entries: response.Entries, FailedEntryCount: response.FailedEntryCount });
  if (response.FailedEntryCount > 0) throw new StateFailure("EventBridge.FailedEntry", result);
  return result;
}

/** An entry as PutEvents takes it: the service makes text of its Detail, and adds what the event comes from. */
function eventEntry(entry: Json, { stateMachineArn, executionArn }: TaskCall): JsonObject {
  const { Detail, Resources, ...rest } = isObject(entry) ? entry : {};
  const resources = Array.isArray(Resources) ? (Resources as readonly Json[]) : [];
  return {
    ...rest,
    ...(Detail === undefined ? {} : { Detail: typeof Detail === "string" ? Detail : JSON.stringify(Detail) }),
    Resources: [...resources, stateMachineArn, executionArn],
  };
}

async function sendMessage({ queue }: Integrations, call: TaskCall): Promise<string> {
  if (!queue) throw missingPort("SQS", call);
  const { QueueUrl, MessageBody, ...rest } = parametersOf(call);
  if (MessageBody === undefined || MessageBody === null || MessageBody === "") {
    throw new StateFailure(
      "SQS.AmazonSQSException",
      `The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: ${randomUUID()}; Proxy: null)`,
    );
  }
  const response = await queue.sendMessage(
    {
      ...rest,
      QueueUrl: String(QueueUrl),
      MessageBody: typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody),
    },
    call.idempotencyKey,
  );
  return responseText(response, call);
}

function parametersOf({ parameters }: TaskCall): JsonObject {
  return isObject(parameters) ? parameters : {};
}

function missingPort(prefix: string, { resource }: TaskCall): StateFailure {
  return new StateFailure(
    `${prefix}.SdkClientException`,
    `Unable to execute HTTP request: this engine was made without a port for ${resource.arn}`,
  );
}

/** A function's answer as JSON; one that is no JSON value counts as null, as in Lambda. */
function resultText(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
