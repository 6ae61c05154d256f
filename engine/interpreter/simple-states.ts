import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from "../definition/machine.ts";
import { QueryFailure } from "../jsonata/evaluate.ts";
import { parseTimestamp } from "../timestamp.ts";
import { bindings } from "./context.ts";
import { evaluateBoolean, evaluateNumber, evaluateString, queryFailed } from "./evaluation.ts";
import { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import { leave } from "./outlet.ts";
import type { Run } from "./run.ts";
import { BLOCKED, type Step, type Surroundings } from "./surroundings.ts";

/** The longest that the service waits: 2³¹ − 1 seconds. */
const LONGEST_WAIT_SECONDS = 2 ** 31 - 1;
const WAIT_SECONDS = { whole: true, least: 0, most: 99_999_999 };

export function pass(run: Run, frame: Frame, state: PassState): Promise<Step> {
  return leave(run, frame, { outlet: state, output: frame.input.text, next: state.next });
}

export function succeed(run: Run, frame: Frame, state: SucceedState): Promise<Step> {
  return leave(run, frame, { outlet: state, output: frame.input.text, next: undefined });
}

export async function fail(run: Run, frame: Frame, state: FailState): Promise<never> {
  const scope = bindings(run, frame);
  const error = state.error && (await evaluateString(run, frame, state.error, "Error", scope));
  const cause = state.cause && (await evaluateString(run, frame, state.cause, "Cause", scope));
  throw new StateFailure(error, cause);
}

export async function choose(run: Run, frame: Frame, state: ChoiceState): Promise<Step> {
  const scope = bindings(run, frame);
  for (const [index, choice] of state.choices.entries()) {
    const field = `Choices[${index}]/`;
    if (await evaluateBoolean(run, frame, choice.condition, `${field}Condition`, scope)) {
      return leave(run, frame, { outlet: choice, field, output: frame.input.text, next: choice.next });
    }
  }
  if (state.default === undefined) {
    throw new StateFailure(
      "States.Runtime",
      `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}). Failed to transition out of the state. The state does not point to a next state.`,
    );
  }
  return leave(run, frame, { outlet: state, output: frame.input.text, next: state.default });
}

/** Waits until its time; one that has passed already is not waited for. */
export async function wait(
  surroundings: Surroundings,
  run: Run,
  frame: Frame,
  state: WaitState,
): Promise<Step> {
  const now = surroundings.clock.now();
  const until = await waitUntil(run, frame, state, now);
  if (until - now > LONGEST_WAIT_SECONDS * 1000) {
    throw new StateFailure(
      "States.Runtime",
      `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}). Wait state delay is too long.`,
    );
  }
  if (until <= now) return waited(run, frame, state);
  frame.phase = "wait";
  frame.dueAt = until;
  return BLOCKED;
}

export function waited(run: Run, frame: Frame, state: WaitState): Promise<Step> {
  return leave(run, frame, { outlet: state, output: frame.input.text, next: state.next });
}

async function waitUntil(run: Run, frame: Frame, state: WaitState, now: number): Promise<number> {
  const scope = bindings(run, frame);
  if (state.seconds) {
    return now + 1000 * (await evaluateNumber(run, frame, state.seconds, "Seconds", scope, WAIT_SECONDS));
  }
  if (!state.timestamp) throw new Error(`Wait state '${state.name}' has neither Seconds nor Timestamp`);
  const timestamp = await evaluateString(run, frame, state.timestamp, "Timestamp", scope);
  const time = parseTimestamp(timestamp);
  if (time !== undefined) return time;
  throw queryFailed(
    run,
    frame,
    new QueryFailure(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
      "Timestamp",
    ),
  );
}
