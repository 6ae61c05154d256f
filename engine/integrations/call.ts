import { randomUUID } from "node:crypto";
import type { Home } from "../arn.ts";
import { StateFailure } from "../interpreter/failure.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { functionError, refusedBy, unusableParameters } from "./call-error.ts";
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
  const { FunctionName, Payload = {} } = parametersOf(call);
  if (typeof FunctionName !== "string" || FunctionName === "") {
    throw unusableParameters(call, "The field 'FunctionName' is required but was missing");
  }
  const payload = resultText(await invoke(integrations, call, FunctionName, Payload));
  const length = Buffer.byteLength(payload);
  const metadata = sdkMetadata("application/json", length, ["X-Amz-Executed-Version", "$LATEST"]);
  // Spliced in as text: the payload need not be parsed to be put into the response.
  return `{"ExecutedVersion":"$LATEST","Payload":${payload},${metadata},"StatusCode":200}`;
}

async function putEvents({ events }: Integrations, call: TaskCall): Promise<string> {
  if (!events) throw missingPort("EventBridge", call);
  const { Entries } = parametersOf(call);
  if (!Array.isArray(Entries)) {
    throw unusableParameters(call, "The field 'Entries' is required but was missing");
  }
  const response = await events.putEvents({ Entries: Entries.map(eventEntry) }, call.idempotencyKey);
  const result = { Entries: response.Entries, FailedEntryCount: response.FailedEntryCount };
  if (response.FailedEntryCount > 0)
    throw new StateFailure("EventBridge.FailedEntry", JSON.stringify(result));
  return responseText(result, "application/x-amz-json-1.1");
}

/** An entry as PutEvents takes it: the service turns a Detail that is an object into text. */
function eventEntry(entry: Json): JsonObject {
  if (!isObject(entry)) return {};
  const { Detail } = entry;
  return Detail === undefined || typeof Detail === "string"
    ? entry
    : { ...entry, Detail: JSON.stringify(Detail) };
}

async function sendMessage({ queue }: Integrations, call: TaskCall): Promise<string> {
  if (!queue) throw missingPort("SQS", call);
  const { QueueUrl, MessageBody, ...rest } = parametersOf(call);
  if (typeof QueueUrl !== "string") {
    throw unusableParameters(call, "The field 'QueueUrl' is required but was missing");
  }
  if (MessageBody === undefined || MessageBody === null || MessageBody === "") {
    throw new StateFailure(
      "SQS.AmazonSQSException",
      `The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: ${randomUUID()}; Proxy: null)`,
    );
  }
  const response = await queue.sendMessage(
    {
      ...rest,
      QueueUrl,
      MessageBody: typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody),
    },
    call.idempotencyKey,
  );
  return responseText(response, "application/x-amz-json-1.0");
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
