/** An evaluation needs more than the service grants one; the message is the service's. */
export class LimitExceeded extends Error {
  override readonly name = "LimitExceeded";
}

/**
 * How deep evaluations may stand inside one another. The service documents none of these figures: they are where
 * expressions put to it begin to fail (floci-io/floci, issue 2737 and pull request 2790).
 */
export const DEEPEST_EVALUATION = 100;
/** The longest array that `[1..n]` can make, and the longest that `$range` can. */
const LONGEST_ARRAY = 873_782;
const LONGEST_RANGE = 360_145;
/** The longest text, in UTF-16 units: as many as an array of that length has bytes. */
const LONGEST_TEXT = 8 * LONGEST_ARRAY;

export function outOfTime(): LimitExceeded {
  return new LimitExceeded("Expression evaluation timeout: Check for infinite loop");
}

export function outOfMemory(): LimitExceeded {
  return new LimitExceeded("Expression evaluation memory limit exceeded: Check for excessive memory usage");
}

/** Throws when `$range` would give too many numbers. */
export function assertRangeFits(length: number): void {
  if (length > LONGEST_RANGE) throw outOfMemory();
}

/** How many of the steps under way in an environment count. */
const COUNTED = Symbol("counted");

/** What jsonata tells of where a step takes place: the frame of its variables. */
export interface Environment {
  readonly isParallelCall: boolean;
  [COUNTED]?: number;
}

/** Watches how deep one evaluation gets and how much it holds; it is told of every step. */
export class Usage {
  #depth = 0;

  /** The next evaluation begins. */
  begin(): void {
    this.#depth = 0;
  }

  enter(environment: Environment): void {
    // The items of an array are evaluated at the same time and not inside one another: the first stands for all.
    if (environment.isParallelCall) return;
    environment[COUNTED] = (environment[COUNTED] ?? 0) + 1;
    if (++this.#depth > DEEPEST_EVALUATION) {
      throw new LimitExceeded(
        "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
      );
    }
  }

  leave(environment: Environment, result: unknown): void {
    // Whether the step was one of a parallel call the environment may not say any more.
    const counted = environment[COUNTED] ?? 0;
    if (counted > 0) {
      environment[COUNTED] = counted - 1;
      this.#depth -= 1;
    }
    if (typeof result === "string" && result.length > LONGEST_TEXT) throw outOfMemory();
    if (Array.isArray(result) && result.length > LONGEST_ARRAY) throw outOfMemory();
  }
}
