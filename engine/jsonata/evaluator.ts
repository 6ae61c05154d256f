import type { Clock } from "../clock.ts";
import { isBounded } from "./bounded.ts";
import type { Bindings, Expression } from "./expression.ts";
import { Guard, type GuardLimits } from "./guard.ts";
import { type EvaluationOutcome, outcomeOf } from "./outcome.ts";
import { timeFunctions } from "./time-functions.ts";

/**
 * Evaluates expressions in bounded time and memory: those that are bounded by their form right here, all others
 * where they can be stopped.
 */
export class Evaluator {
  readonly #clock: Clock;
  readonly #guard: Guard;
  readonly #bounded = new WeakMap<Expression, boolean>();

  constructor(clock: Clock, limits?: Partial<GuardLimits>) {
    this.#clock = clock;
    this.#guard = new Guard(limits);
  }

  /** Throws what the expression throws, and an error where it exceeds a limit. */
  async evaluate(expression: Expression, bindings: Bindings): Promise<EvaluationOutcome> {
    const now = this.#clock.now();
    if (!this.#isBounded(expression)) {
      return this.#guard.evaluate({ source: expression.source, bindings: plain(expression, bindings), now });
    }
    if (expression.names.has("now") || expression.names.has("millis")) {
      Object.assign(bindings, timeFunctions(now));
    }
    return outcomeOf(await expression.evaluate(bindings));
  }

  close(): void {
    this.#guard.close();
  }

  #isBounded(expression: Expression): boolean {
    let bounded = this.#bounded.get(expression);
    if (bounded === undefined) {
      bounded = isBounded(expression.syntax);
      this.#bounded.set(expression, bounded);
    }
    return bounded;
  }
}

/** The bindings that an expression uses, as data that can go to another thread. */
function plain(expression: Expression, bindings: Bindings): Bindings {
  const used: Bindings = {};
  for (const name of expression.names) {
    const value = bindings[name];
    // `$states` has getters; a copy of it has what they give.
    if (value !== undefined) used[name] = name === "states" ? { ...(value as object) } : value;
  }
  return used;
}
