import type { JsonObject } from "../json.ts";

/** One entry of an execution's history: the service's shape, with the time in milliseconds. */
export interface HistoryEvent extends EventDetails {
  readonly timestamp: number;
  readonly type: EventType;
  readonly id: number;
  readonly previousEventId: number;
}

export type EventDetails = { readonly [name in DetailsName]?: JsonObject };
export type DetailsName = `${string}EventDetails`;

/**
 * The types of events the engine writes. A segment keeps a type as its place in this list:
 * add new ones at the end and remove none.
 */
export const EVENT_TYPES = [
  "ExecutionStarted",
  "ExecutionSucceeded",
  "ExecutionFailed",
  "ExecutionAborted",
  "ExecutionTimedOut",
  "PassStateEntered",
  "PassStateExited",
  "TaskStateEntered",
  "TaskStateExited",
  "TaskStateAborted",
  "ChoiceStateEntered",
  "ChoiceStateExited",
  "WaitStateEntered",
  "WaitStateExited",
  "WaitStateAborted",
  "SucceedStateEntered",
  "SucceedStateExited",
  "FailStateEntered",
  "ParallelStateEntered",
  "ParallelStateStarted",
  "ParallelStateSucceeded",
  "ParallelStateFailed",
  "ParallelStateExited",
  "ParallelStateAborted",
  "MapStateEntered",
  "MapStateStarted",
  "MapStateSucceeded",
  "MapStateFailed",
  "MapStateExited",
  "MapStateAborted",
  "MapIterationStarted",
  "MapIterationSucceeded",
  "MapIterationFailed",
  "MapIterationAborted",
  "TaskScheduled",
  "TaskStarted",
  "TaskSubmitted",
  "TaskSucceeded",
  "TaskFailed",
  "TaskTimedOut",
  "LambdaFunctionScheduled",
  "LambdaFunctionStarted",
  "LambdaFunctionSucceeded",
  "LambdaFunctionFailed",
  "LambdaFunctionTimedOut",
  "EvaluationFailed",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** How many events a history may hold; the last place is kept for the execution's end. */
export const HISTORY_LIMIT = 25_000;

/** The field that holds the details of events of a type. */
export function detailsName(type: EventType): DetailsName {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
