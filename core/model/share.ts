import type { Meter } from "../budget/meter.ts";

/** Of the time an agent has left, models may take this part: what remains is for the rules' answer. */
const FOR_MODELS = 0.75;
/** While others wait behind it, one model gets this part of that, so that its hanging leaves them their turn. */
const FOR_ONE_OF_SEVERAL = 0.5;
/** No provider answers in less. */
const LEAST_MS = 1_000;

/** The time one model may take, its repairs included. */
export interface Share {
  /** Milliseconds. */
  left(): number;
  isEnough(): boolean;
}

/** @param waiting models that are to be asked if this one fails */
export function shareOf(meter: Meter, waiting: number): Share {
  const began = meter.remaining().milliseconds;
  const whole = Math.floor(began * FOR_MODELS * (waiting > 0 ? FOR_ONE_OF_SEVERAL : 1));
  const left = () => Math.max(0, whole - (began - meter.remaining().milliseconds));
  return { left, isEnough: () => left() >= LEAST_MS };
}
