import { Changes, type Ending } from "../interpreter/changes.ts";
import type { Frame } from "../interpreter/frame.ts";
import type { Run } from "../interpreter/run.ts";
import type { Answer, Stimulus } from "../interpreter/stimulus.ts";
import { endOutright } from "../store/end-execution.ts";
import { ActiveRuns } from "./active-runs.ts";
import type { Started } from "./birth.ts";
import { Births } from "./births.ts";
import { Calls } from "./calls.ts";
import type { DriverParts } from "./driver-parts.ts";
import type { Participant } from "./group-commit.ts";
import { Outcomes } from "./outcomes.ts";
import type { RunHost } from "./run-host.ts";
import { Timekeeper } from "./timekeeper.ts";
import { Writer, type Written } from "./writer.ts";

/** Moves executions on: the one part of the engine that calls Tasks, keeps time and writes histories. */
export class Driver implements Participant, RunHost {
  readonly #parts: DriverParts;
  readonly #runs: ActiveRuns;
  readonly #writer: Writer;
  readonly #calls: Calls;
  readonly #outcomes: Outcomes;
  readonly #timekeeper: Timekeeper;
  readonly #epoch: number;
  readonly #births = new Births();
  /** Executions that were stopped in the transaction that is being committed. */
  readonly #stopped = new Set<number>();
  #settled: (() => void)[] = [];
  #draining = false;
  #deposed = false;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    const { store, clock, commit, integrations, onError } = parts;
    this.#runs = new ActiveRuns(parts.interpreter, {
      load: (id) => parts.loadRun(id),
      turned: (run) => this.#turned(run),
    });
    this.#writer = new Writer(store, integrations.home, clock);
    this.#calls = new Calls(store, clock, integrations, (...answered) => this.#answered(...answered));
    this.#outcomes = new Outcomes(store, commit, this, onError);
    this.#timekeeper = new Timekeeper(store, clock, this, this.#outcomes, onError);
    this.#epoch = store.transaction(() => {
      store.notices.forget(store.notices.read().last);
      // Calls that failed in a process that ended before it could say so are made again.
      store.tokens.reopen();
      return store.epoch.claim();
    });
    commit.join(this);
  }

  /** Takes up everything that can go on at once. */
  takeUp(): void {
    this.#outcomes.take();
    for (const id of this.#parts.store.frames.runnable()) this.#resume(id);
    this.#timekeeper.wake();
  }

  /** Starts an execution; it is durable when the promise resolves. */
  give(run: Run): Promise<Started> {
    const started = this.#births.expect(run);
    this.#runs.goOn(run);
    return started;
  }

  /** Looks at an execution that another process has started, stopped or answered. */
  look(id: number): void {
    const run = this.#runs.known(id);
    if (!run) this.#resume(id);
    else if (this.#parts.store.executions.byId(id)?.status !== "RUNNING") this.#drop(run);
  }

  /** Passes on what was reported under tokens. */
  takeOutcomes(): void {
    this.#outcomes.take();
  }

  /** Forgets an execution that this process stops, once the transaction that is being written is durable. */
  stopping(id: number): void {
    this.#stopped.add(id);
  }

  /** Resolves when nothing can go on without time passing or a call from outside. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled.push(resolve);
      this.calmed();
    });
  }

  /** Begins no new Task, and resolves when those under way are journalled or the limit (in milliseconds) is over. */
  async drain(limit: number): Promise<void> {
    this.#draining = true;
    this.#timekeeper.stop();
    let limitOver: NodeJS.Timeout | undefined;
    const impatience = new Promise<void>((resolve) => {
      limitOver = setTimeout(resolve, limit);
    });
    await Promise.race([this.settled(), impatience]);
    clearTimeout(limitOver);
    this.#letGo(new Error("the engine was stopped before the execution could start"));
  }

  get(id: number): Run | undefined {
    return this.#runs.get(id);
  }

  deliver(run: Run, stimulus: Stimulus): void {
    this.#runs.deliver(run, stimulus);
  }

  changed(run: Run): void {
    this.#writer.add(run);
    this.#parts.commit.schedule();
  }

  calmed(): void {
    const busy = this.#runs.moving + this.#writer.size + this.#births.size + this.#calls.size;
    if (busy + this.#outcomes.pending > 0 || this.#parts.commit.pending) return;
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  write(): void {
    this.#stopped.clear();
    this.#deposed = this.#parts.store.epoch.current() !== this.#epoch;
    if (!this.#deposed) this.#writer.write((run) => this.#runs.moves(run));
  }

  committed(): void {
    if (this.#deposed) {
      const error = new Error("another driver has taken over this database; this one has stopped");
      this.#letGo(error);
      this.#parts.onError(error);
    }
    for (const written of this.#writer.done()) {
      this.#written(written);
      for (const id of written.stopped) this.stopping(id);
    }
    for (const id of this.#stopped) {
      const run = this.#runs.known(id);
      if (run) this.#drop(run);
    }
    this.#timekeeper.committed();
    this.calmed();
  }

  failed(error: unknown): boolean {
    this.#parts.onError(error);
    const culprit = this.#writer.failed(error);
    if (culprit) {
      this.#condemn(culprit, error);
      return true;
    }
    for (const run of this.#births.runs()) if (!this.#runs.moves(run)) this.#refuse(run, error);
    if (this.#writer.size > 0) this.#parts.commit.retry();
    this.calmed();
    return false;
  }

  /** Gives up an execution that was not written yet. */
  #refuse(run: Run, error: unknown): void {
    this.#births.fail(run, error);
    this.#writer.remove(run);
  }

  /** Ends an execution that cannot be written, so that it neither hangs nor keeps others from being written. */
  #condemn(run: Run, error: unknown): void {
    const { store, integrations, clock, commit, onError } = this.#parts;
    if (this.#births.has(run)) {
      this.#refuse(run, error);
      return;
    }
    this.#drop(run);
    const { id, facts } = run;
    if (id === undefined) return;
    const execution = { ...facts, input: facts.input.text };
    const ending = {
      status: "FAILED",
      stoppedAt: clock.now(),
      error: "States.Runtime",
      cause: `The engine could not write what happened: ${error instanceof Error ? error.message : String(error)}`,
    } as const;
    commit
      .run(() => endOutright(store, integrations.home, id, execution, "ExecutionFailed", ending))
      .catch(onError);
  }

  #written({ run, started, refusal, saved }: Written): void {
    if (saved) this.#afterSave(run);
    else this.#drop(run);
    if (started) this.#births.succeed(run, started);
    if (refusal) this.#births.fail(run, refusal);
  }

  #afterSave(run: Run): void {
    const { changes, id } = run;
    if (id === undefined) return;
    run.changes = new Changes();
    for (const call of changes.abandoned) call.abandon();
    if (changes.ending) {
      this.#afterEnd(run, changes.ending);
      return;
    }
    this.#runs.keep(run);
    for (const frame of changes.touched) {
      frame.stored = { phase: frame.phase, dueAt: frame.dueAt };
      this.#timekeeper.expect(frame.dueAt);
    }
    const { timeoutSeconds } = run.machine;
    if (timeoutSeconds !== undefined) this.#timekeeper.expect(run.facts.startedAt + timeoutSeconds * 1000);
    if (this.#stopped.has(id)) return;
    if (!this.#draining) for (const frame of changes.calls) this.#calls.make(run, frame);
    this.#runs.goOn(run);
  }

  #afterEnd(run: Run, { status }: Ending): void {
    this.#runs.forget(run);
    const { arn, stateMachineArn, name, parentToken } = run.facts;
    if (parentToken !== undefined) this.#outcomes.take();
    this.#parts.onEnded({ executionArn: arn, stateMachineArn, name, status });
  }

  /** Stops driving; what is in the store is all that counts. */
  #letGo(reason: Error): void {
    this.#timekeeper.stop();
    this.#calls.abandonAll();
    this.#parts.commit.leave();
    for (const run of this.#births.runs()) this.#births.fail(run, reason);
    this.#writer.clear();
    this.#runs.forgetAll();
  }

  /** Forgets an execution that has ended without this driver's doing. */
  #drop(run: Run): void {
    this.#writer.remove(run);
    this.#runs.drop(run);
  }

  /** Loads an execution and lets its runnable frames go on. */
  #resume(id: number): void {
    const run = this.#runs.get(id);
    if (!run) return;
    for (const frame of run.frames.values()) {
      if (frame.phase === "ready") run.stimuli.push({ kind: "enter", frame });
      // Where an outcome is known already there is nothing left to call for.
      if (frame.phase === "task" && !frame.outcomeTaken) this.#calls.make(run, frame);
    }
    this.#runs.goOn(run);
  }

  #turned(run: Run): void {
    if (!run.changes.empty) this.changed(run);
    else this.#runs.goOn(run);
    // Nothing else can join this commit: waiting for the end of the tick would be for nothing.
    if (this.#runs.moving + this.#calls.size === 0) this.#parts.commit.flush();
    this.calmed();
  }

  #answered(run: Run, frame: Frame, answer: Answer): void {
    if (run.frames.get(frame.number) !== frame) {
      this.calmed();
      return;
    }
    const { heldOutcome } = frame;
    frame.heldOutcome = undefined;
    if (frame.taskToken !== undefined && "failure" in answer) {
      // The token's outcome is the truth: a failed call counts only if nobody has used the token.
      if (heldOutcome) this.deliver(run, { kind: "outcome", frame, answer: heldOutcome });
      else this.#outcomes.close(run, frame, "callFailed", answer.failure);
      return;
    }
    run.stimuli.push({ kind: "answer", frame, answer });
    if (heldOutcome) run.stimuli.push({ kind: "outcome", frame, answer: heldOutcome });
    this.#runs.goOn(run);
  }
}
