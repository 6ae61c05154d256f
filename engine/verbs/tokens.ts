import { ServiceError } from "../service-error.ts";
import { executionOf } from "../store/frames.ts";
import type { Store } from "../store/store.ts";
import type { Outcome } from "../store/tokens.ts";
import { isTaskToken } from "../task-token.ts";

/** Stores how a Task came out, inside a transaction of the caller's; gives the id of its execution. */
export function settleToken(store: Store, token: string, outcome: Outcome): number {
  const row = store.tokens.find(checked(token));
  if (!row || !store.tokens.settle(token, outcome)) throw gone();
  return executionOf(row.frame);
}

/** Notes that a Task is alive, inside a transaction of the caller's. */
export function beat(store: Store, token: string, now: number): void {
  if (!store.tokens.heartbeat(checked(token), now)) throw gone();
}

function checked(token: string): string {
  if (isTaskToken(token)) return token;
  throw new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
}

/** The service says the same of a Task that has come out and of one that is not there any more. */
function gone(): ServiceError {
  return new ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}
