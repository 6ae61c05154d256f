import type { Json } from "../json.ts";

/** A call of a Lambda function. */
export interface FunctionCall {
  /** The name or ARN as the machine writes it. */
  readonly functionName: string;
  readonly payload: Json;
  /**
   * Names this visit of the state (execution, way to the state, visit, iteration): the same for every retry of it
   * and after every restart, so that a side effect that carries it happens once.
   */
  readonly idempotencyKey: string;
  readonly executionArn: string;
  readonly stateName: string;
  /** Aborted when nobody waits for the answer any more: the Task timed out or its execution was stopped. */
  readonly signal: AbortSignal;
}

/**
 * Runs functions. What it throws becomes Lambda's function error: the error's name and message are
 * `errorType` and `errorMessage`. It throws FunctionNotFound for a function it does not have.
 */
export interface FunctionInvoker {
  invoke(call: FunctionCall): Promise<unknown>;
}

/** Thrown by an invoker that has no such function. */
export class FunctionNotFound extends Error {
  override readonly name = "FunctionNotFound";
}

/** EventBridge's PutEvents, with its request and response. */
export interface EventsPort {
  putEvents(request: PutEventsRequest, idempotencyKey: string): Promise<PutEventsResponse>;
}

export interface PutEventsRequest {
  readonly Entries: readonly {
    readonly Source?: string;
    readonly DetailType?: string;
    readonly Detail?: string;
    readonly EventBusName?: string;
    readonly Resources?: readonly string[];
    readonly Time?: string;
  }[];
}

export interface PutEventsResponse {
  readonly FailedEntryCount: number;
  readonly Entries: readonly {
    readonly EventId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

/** SQS's SendMessage, with its request and response. */
export interface QueuePort {
  sendMessage(request: SendMessageRequest, idempotencyKey: string): Promise<SendMessageResponse>;
}

export interface SendMessageRequest {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, Json>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

export interface SendMessageResponse {
  readonly MD5OfMessageBody: string;
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}
