import type { Engine } from "../../engine/engine.ts";
import { ServiceError } from "../../engine/service-error.ts";
import { runArn } from "./machines.ts";

/** Events of a run that are looked at; a change makes about three hundred. */
const MOST_EVENTS = 1_000;

/** The states a run has entered, in order. */
export function visitedStates(
  engine: Engine,
  run: { readonly machine: string; readonly name: string },
): string[] {
  try {
    const { events } = engine.getExecutionHistory({ executionArn: runArn(run), maxResults: MOST_EVENTS });
    return events.flatMap(({ type, stateEnteredEventDetails: entered }) =>
      type.endsWith("StateEntered") && typeof entered?.["name"] === "string" ? [entered["name"]] : [],
    );
  } catch (error) {
    if (error instanceof ServiceError && error.name === "ExecutionDoesNotExist") return [];
    throw error;
  }
}
