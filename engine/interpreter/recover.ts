import type { FallibleState, Retrier } from "../definition/machine.ts";
import { matches, type StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import { leave } from "./outlet.ts";
import type { Run } from "./run.ts";
import type { Step, Surroundings } from "./surroundings.ts";

/** Puts the frame to wait for another try, if a retrier grants one. */
export function retry(
  surroundings: Surroundings,
  run: Run,
  frame: Frame,
  state: FallibleState,
  failure: StateFailure,
): boolean {
  const index = state.retry.findIndex((retrier) => matches(retrier.errorEquals, failure));
  const retrier = state.retry[index];
  if (!retrier) return false;
  const tries = frame.retries[index] ?? 0;
  if (tries >= retrier.maxAttempts) return false;
  frame.retries = state.retry.map((_, at) => (frame.retries[at] ?? 0) + (at === index ? 1 : 0));
  frame.phase = "retry";
  const delay = delaySeconds(retrier, tries, surroundings.random);
  frame.dueAt = Math.ceil(surroundings.clock.now() + delay * 1000);
  run.changes.touch(frame);
  return true;
}

/** Leaves the state by the first catcher that takes the failure; undefined when none does. */
export function caught(
  run: Run,
  frame: Frame,
  state: FallibleState,
  failure: StateFailure,
): Promise<Step> | undefined {
  const index = state.catch.findIndex((catcher) => matches(catcher.errorEquals, failure));
  const catcher = state.catch[index];
  if (!catcher) return undefined;
  const { errorOutput } = failure;
  return leave(run, frame, {
    outlet: catcher,
    field: `Catch[${index}]/`,
    got: { errorOutput },
    output: JSON.stringify(errorOutput),
    next: catcher.next,
  });
}

/** How long to wait before try number `tries + 1` again, in seconds. */
export function delaySeconds(retrier: Retrier, tries: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** tries;
  const capped = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.jitterStrategy === "FULL" ? capped * random() : capped;
}
