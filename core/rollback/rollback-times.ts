import type { RollbackTimes } from "../artifacts/retrospective.ts";
import { secondsBetween } from "../clock.ts";
import type { Rollback } from "../execution/execution.ts";
import { BEGIN_WITHIN_MINUTES, FINISH_WITHIN_MINUTES } from "./rollback-plan.ts";

/** Both times of a rollback, measured from the failure or the call, against the limits of law 8. */
export function rollbackTimes({ cause, calledAt, beganAt, finishedAt }: Rollback): RollbackTimes {
  const beganAfterSeconds = beganAt ? secondsBetween(calledAt, beganAt) : null;
  const finishedAfterSeconds = finishedAt ? secondsBetween(calledAt, finishedAt) : null;
  return {
    cause,
    calledAt,
    beganAt: beganAt ?? null,
    finishedAt: finishedAt ?? null,
    beganAfterSeconds,
    finishedAfterSeconds,
    withinLimits:
      beganAfterSeconds === null || finishedAfterSeconds === null
        ? null
        : beganAfterSeconds <= BEGIN_WITHIN_MINUTES * 60 &&
          finishedAfterSeconds <= FINISH_WITHIN_MINUTES * 60,
  };
}
