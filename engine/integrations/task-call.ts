import type { Resource } from "../definition/resource.ts";
import type { Json } from "../json.ts";

/** One try of a Task, ready to be made. */
export interface TaskCall {
  readonly resource: Resource;
  readonly parameters: Json;
  readonly idempotencyKey: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** In milliseconds. */
  readonly calledAt: number;
  readonly stateName: string;
  readonly taskToken: string | undefined;
  readonly signal: AbortSignal;
}
