import type { Home } from "../arn.ts";
import type { Clock } from "../clock.ts";

/** What the interpreter takes from outside. */
export interface Surroundings {
  readonly clock: Clock;
  readonly home: Home;
  /** A number from 0 to 1, for jitter. */
  random(): number;
  newTaskToken(): string;
  /** Told of errors that are the engine's own. */
  report(error: unknown): void;
}

/** Where a state leaves its frame. */
export type Step =
  | { readonly to: "next"; readonly state: string; readonly output: string }
  | { readonly to: "end"; readonly output: string }
  /** Waits for time, a call or its children. */
  | { readonly to: "blocked" };

export const BLOCKED: Step = { to: "blocked" };
