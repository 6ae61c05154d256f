import { BUCKET } from "./bucket.ts";
import { READING, WHO } from "./reading.ts";
import { STACK } from "./stack.ts";
import type { MakingStep, Step } from "./step.ts";
import { TABLE } from "./table.ts";

/** What the roles of the lanes prove, where the account has them. */
const OF_LANES = [1, 5] as const;

/** All that only read. */
export const READING_STEPS: readonly Step[] = [WHO, ...READING];

export function makingSteps(lanes: boolean): readonly MakingStep[] {
  const stack = lanes
    ? { ...STACK, proves: [...OF_LANES, ...STACK.proves].toSorted((a, b) => a - b) }
    : STACK;
  return [TABLE, BUCKET, stack];
}
