import type { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";

/** Something that lets a frame go on. */
export type Stimulus =
  | { readonly kind: "enter"; readonly frame: Frame }
  /** The call that the frame made has come back. */
  | { readonly kind: "answer"; readonly frame: Frame; readonly answer: Answer }
  /** Somebody called SendTaskSuccess or SendTaskFailure, or the execution waited for has ended. */
  | { readonly kind: "outcome"; readonly frame: Frame; readonly answer: Answer }
  /** The time of a Wait, a Retry or a timeout has come. */
  | { readonly kind: "due"; readonly frame: Frame }
  | { readonly kind: "executionTimeout" };

export type Answer = { readonly result: string } | { readonly failure: StateFailure };
