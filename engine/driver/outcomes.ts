import { StateFailure } from "../interpreter/failure.ts";
import type { Frame } from "../interpreter/frame.ts";
import type { Run } from "../interpreter/run.ts";
import type { Answer } from "../interpreter/stimulus.ts";
import { executionOf } from "../store/frames.ts";
import { SPAN } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import type { TokenRow } from "../store/tokens.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { RunHost } from "./run-host.ts";

/** Passes on what comes of Tasks that wait for their token. The token's row decides: whoever writes it first. */
export class Outcomes {
  readonly #store: Store;
  readonly #commit: GroupCommit;
  readonly #host: RunHost;
  readonly #onError: (error: unknown) => void;
  /** Tokens for which it is being decided whether they come to nothing. */
  readonly #closing = new Set<string>();

  constructor(store: Store, commit: GroupCommit, host: RunHost, onError: (error: unknown) => void) {
    this.#store = store;
    this.#commit = commit;
    this.#host = host;
    this.#onError = onError;
  }

  get pending(): number {
    return this.#closing.size;
  }

  /** Passes on every outcome that has not been; one that cannot be read now is passed on another time. */
  take(): void {
    try {
      for (const row of this.#store.tokens.settled()) this.#take(row);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Closes a frame's token, because it timed out or its call failed; an outcome that was there before wins. */
  close(run: Run, frame: Frame, kind: "timeout" | "callFailed", failure: StateFailure): void {
    const token = frame.taskToken;
    if (token === undefined || this.#closing.has(token)) return;
    this.#closing.add(token);
    this.#commit
      .run(() => this.#store.tokens.settle(token, { kind }))
      .then((first) => {
        this.#closing.delete(token);
        if (first) this.#host.deliver(run, { kind: "outcome", frame, answer: { failure } });
        else this.take();
      })
      .catch((error: unknown) => {
        this.#closing.delete(token);
        this.#onError(error);
      })
      .finally(() => this.#host.calmed());
  }

  #take(row: TokenRow): void {
    if (row.outcome === "callFailed" || this.#closing.has(row.token)) return;
    const run = this.#host.get(executionOf(row.frame));
    const frame = run?.frames.get(row.frame % SPAN);
    if (!run || frame?.taskToken !== row.token || frame.outcomeTaken === row.token) return;
    frame.outcomeTaken = row.token;
    const answer = answerOf(row);
    // The call that hands out the token comes first in the history.
    if (frame.call) frame.heldOutcome = answer;
    else this.#host.deliver(run, { kind: "outcome", frame, answer });
  }
}

function answerOf({ outcome, result, error, cause }: TokenRow): Answer {
  switch (outcome) {
    case "success":
      return { result: result ?? "null" };
    case "execution":
      return executionAnswer(result ?? "{}");
    case "timeout":
      return { failure: new StateFailure("States.Timeout", undefined) };
    default:
      return { failure: new StateFailure(error ?? undefined, cause ?? undefined) };
  }
}

function executionAnswer(description: string): Answer {
  const { Status } = JSON.parse(description) as { Status: string };
  if (Status === "SUCCEEDED") return { result: description };
  return { failure: new StateFailure("States.TaskFailed", description) };
}
