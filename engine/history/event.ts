import type { JsonObject } from "../json.ts";

/** One entry of an execution's history as it is kept: the service's shape, with the time in milliseconds. */
export interface HistoryEvent extends EventDetails {
  readonly timestamp: number;
  readonly type: EventType;
  readonly id: number;
  readonly previousEventId: number;
}

export type EventDetails = { readonly [name in `${string}EventDetails`]?: JsonObject };

type StateWithAbort = "Task" | "Wait" | "Map" | "Parallel";
type StateType = StateWithAbort | "Pass" | "Choice" | "Succeed";

export type EventType =
  | "ExecutionStarted"
  | "ExecutionSucceeded"
  | "ExecutionFailed"
  | "ExecutionAborted"
  | "ExecutionTimedOut"
  | `${StateType | "Fail"}StateEntered`
  | `${StateType}StateExited`
  | `${StateWithAbort}StateAborted`
  | `${"Map" | "Parallel"}State${"Started" | "Succeeded" | "Failed"}`
  | `MapIteration${"Started" | "Succeeded" | "Failed" | "Aborted"}`
  | `Task${"Scheduled" | "Started" | "Submitted" | "Succeeded" | "Failed" | "TimedOut"}`
  | `LambdaFunction${"Scheduled" | "Started" | "Succeeded" | "Failed" | "TimedOut"}`
  | "EvaluationFailed";

/** How many events a history may hold; the last place is kept for the execution's end. */
export const HISTORY_LIMIT = 25_000;
