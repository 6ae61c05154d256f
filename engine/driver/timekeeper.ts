import type { Clock } from "../clock.ts";
import { StateFailure } from "../interpreter/failure.ts";
import type { Frame } from "../interpreter/frame.ts";
import type { Run } from "../interpreter/run.ts";
import { tokenDue } from "../interpreter/task.ts";
import { executionOf } from "../store/frames.ts";
import { SPAN } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { Alarm } from "./alarm.ts";
import type { Outcomes } from "./outcomes.ts";
import type { RunHost } from "./run-host.ts";

/** How many overdue frames are taken up at once. */
const PAGE = 1_000;

/** How long to wait after the store could not be read, in milliseconds. */
const PAUSE_AFTER_FAILURE = 1_000;

/** Takes up what falls due: the ends of waits and timeouts, which are kept in the store and not in memory. */
export class Timekeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #host: RunHost;
  readonly #outcomes: Outcomes;
  readonly #alarm: Alarm;
  readonly #onError: (error: unknown) => void;
  #moreDue = false;
  #stopped = false;

  constructor(
    store: Store,
    clock: Clock,
    host: RunHost,
    outcomes: Outcomes,
    onError: (error: unknown) => void,
  ) {
    this.#onError = onError;
    this.#store = store;
    this.#clock = clock;
    this.#host = host;
    this.#outcomes = outcomes;
    this.#alarm = new Alarm(clock, () => this.wake());
  }

  /** Wakes at a time, among others. */
  expect(time: number | undefined): void {
    if (!this.#stopped) this.#alarm.set(time);
  }

  /** What was taken up is written: more may be overdue than was taken up at once. */
  committed(): void {
    if (this.#moreDue) this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.cancel();
  }

  /** Takes up whatever is due; where the store cannot be read now, a little later. */
  wake(): void {
    if (this.#stopped) return;
    try {
      this.#takeUp(this.#clock.now());
    } catch (error) {
      this.#onError(error);
      this.#alarm.set(this.#clock.now() + PAUSE_AFTER_FAILURE);
    }
  }

  #takeUp(now: number): void {
    const due = this.#store.frames.due(now, PAGE);
    this.#moreDue = due.length === PAGE;
    for (const id of due) this.#frameDue(id, now);
    for (const id of this.#store.executions.overdue(now, PAGE)) this.#executionOverdue(id);
    this.#alarm.set(this.#store.frames.nextDue(now));
    this.#alarm.set(this.#store.executions.nextDeadline(now));
  }

  #frameDue(id: number, now: number): void {
    const run = this.#host.get(executionOf(id));
    const frame = run?.frames.get(id % SPAN);
    if (!run || frame?.dueAt === undefined || frame.dueAt > now) return;
    if (frame.phase === "token") {
      this.#tokenDue(run, frame, now);
      return;
    }
    // The store says that the frame is due until the next commit; a second look must not wake it again.
    frame.dueAt = undefined;
    this.#host.deliver(run, { kind: "due", frame });
  }

  #tokenDue(run: Run, frame: Frame, now: number): void {
    const lastSign = this.#store.tokens.find(frame.taskToken ?? "")?.heartbeat_at;
    const due = typeof lastSign === "number" ? tokenDue(frame, lastSign) : undefined;
    if (due !== undefined && due > now) {
      frame.dueAt = due;
      run.changes.touch(frame);
      this.#host.changed(run);
      return;
    }
    const heartbeatMissed = frame.deadline === undefined || frame.deadline > now;
    const failure = new StateFailure("States.Timeout", undefined, heartbeatMissed);
    this.#outcomes.close(run, frame, "timeout", failure);
  }

  #executionOverdue(id: number): void {
    const run = this.#host.get(id);
    if (!run || run.timedOut) return;
    run.timedOut = true;
    this.#host.deliver(run, { kind: "executionTimeout" });
  }
}
