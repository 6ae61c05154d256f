import type { Clock } from "../clock.ts";
import type { Integrations } from "../integrations/call.ts";
import { Changes, type Ending } from "../interpreter/changes.ts";
import type { Frame } from "../interpreter/frame.ts";
import type { Interpreter } from "../interpreter/interpreter.ts";
import type { Run } from "../interpreter/run.ts";
import type { Answer, Stimulus } from "../interpreter/stimulus.ts";
import { ServiceError } from "../service-error.ts";
import { saveRun } from "../store/save-run.ts";
import type { Store } from "../store/store.ts";
import { type Birth, insertExecution, type Started } from "./birth.ts";
import { Calls } from "./calls.ts";
import type { GroupCommit, Participant } from "./group-commit.ts";
import { Outcomes } from "./outcomes.ts";
import type { RunHost } from "./run-host.ts";
import { Timekeeper } from "./timekeeper.ts";

export interface DriverParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly interpreter: Interpreter;
  readonly integrations: Integrations;
  /** Brings an execution into memory; undefined when it does not run any more. */
  loadRun(id: number): Run | undefined;
  /** Told of executions that have ended. */
  onEnded(execution: EndedExecution): void;
  /** Told of errors that nobody waits for. */
  onError(error: unknown): void;
}

/** An execution that has ended, as it is reported. */
export interface EndedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: Ending["status"];
}

/** An execution that takes part in the commit under way. */
interface Written {
  readonly run: Run;
  readonly started?: Started;
  readonly saved: boolean;
}

/** Moves executions on: the one part of the engine that calls Tasks, keeps time and writes histories. */
export class Driver implements Participant, RunHost {
  readonly #parts: DriverParts;
  readonly #calls: Calls;
  readonly #outcomes: Outcomes;
  readonly #timekeeper: Timekeeper;
  readonly #epoch: number;
  readonly #runs = new Map<number, Run>();
  readonly #turning = new Set<Run>();
  readonly #dirty = new Set<Run>();
  readonly #births = new Map<Run, Birth>();
  /** Executions that were stopped in the transaction that is being committed. */
  readonly #stopped = new Set<number>();
  #written: Written[] = [];
  #settled: (() => void)[] = [];
  #draining = false;
  #deposed = false;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    const { store, clock, commit, integrations, onError } = parts;
    this.#calls = new Calls(store, clock, integrations, (...answered) => this.#answered(...answered));
    this.#outcomes = new Outcomes(store, commit, this, onError);
    this.#timekeeper = new Timekeeper(store, clock, this, this.#outcomes);
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
    return new Promise((resolve, reject) => {
      this.#births.set(run, { run, resolve, reject });
      this.#turn(run);
    });
  }

  /** Looks at an execution that another process has started, stopped or answered. */
  look(id: number): void {
    const run = this.#runs.get(id);
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
    const known = this.#runs.get(id);
    if (known) return known;
    const run = this.#parts.loadRun(id);
    if (run) this.#runs.set(id, run);
    return run;
  }

  deliver(run: Run, stimulus: Stimulus): void {
    run.stimuli.push(stimulus);
    this.#turn(run);
  }

  changed(run: Run): void {
    this.#dirty.add(run);
    this.#parts.commit.schedule();
  }

  calmed(): void {
    const busy = [this.#turning, this.#dirty, this.#births, this.#calls].some(({ size }) => size > 0);
    if (busy || this.#outcomes.pending > 0 || this.#parts.commit.pending) return;
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  write(): void {
    this.#written = [];
    this.#stopped.clear();
    this.#deposed = this.#parts.store.epoch.current() !== this.#epoch;
    if (this.#deposed) return;
    for (const run of this.#dirty) if (!this.#turning.has(run)) this.#written.push(this.#writeRun(run));
  }

  committed(): void {
    if (this.#deposed) {
      const error = new Error("another driver has taken over this database; this one has stopped");
      this.#letGo(error);
      this.#parts.onError(error);
    }
    for (const { run, started, saved } of this.#written) {
      this.#dirty.delete(run);
      const birth = this.#births.get(run);
      this.#births.delete(run);
      if (saved) this.#afterSave(run);
      else this.#drop(run);
      if (started) birth?.resolve(started);
    }
    for (const id of this.#stopped) {
      const run = this.#runs.get(id);
      if (run) this.#drop(run);
    }
    this.#timekeeper.committed();
    this.calmed();
  }

  failed(error: unknown): void {
    this.#parts.onError(error);
    for (const { run } of this.#written) {
      const birth = this.#births.get(run);
      if (!birth) continue;
      this.#births.delete(run);
      this.#dirty.delete(run);
      birth.reject(error);
    }
    if (this.#dirty.size > 0) this.#parts.commit.retry();
    this.calmed();
  }

  #writeRun(run: Run): Written {
    const { store, integrations } = this.#parts;
    if (run.id !== undefined) return { run, saved: saveRun(store, integrations.home, run) };
    try {
      const started = insertExecution(store, run);
      // Where the same start was made before, that execution is the answer and this one never was.
      return { run, started, saved: run.id !== undefined && saveRun(store, integrations.home, run) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#births.get(run)?.reject(error);
      return { run, saved: false };
    }
  }

  #afterSave(run: Run): void {
    const { changes, id } = run;
    if (id === undefined) return;
    run.changes = new Changes();
    for (const call of changes.abandoned) call.abandon();
    if (changes.ending) {
      this.#runs.delete(id);
      const { arn, stateMachineArn, name } = run.facts;
      this.#parts.onEnded({ executionArn: arn, stateMachineArn, name, status: changes.ending.status });
      if (run.facts.parentToken !== undefined) this.#outcomes.take();
      return;
    }
    this.#runs.set(id, run);
    for (const frame of changes.touched) {
      frame.stored = { phase: frame.phase, dueAt: frame.dueAt };
      this.#timekeeper.expect(frame.dueAt);
    }
    const { timeoutSeconds } = run.machine;
    if (timeoutSeconds !== undefined) this.#timekeeper.expect(run.facts.startedAt + timeoutSeconds * 1000);
    if (this.#stopped.has(id)) return;
    if (!this.#draining) for (const frame of changes.calls) this.#calls.make(run, frame);
    this.#goOn(run);
  }

  #letGo(reason: Error): void {
    this.#timekeeper.stop();
    this.#calls.abandonAll();
    this.#parts.commit.leave();
    for (const { reject } of this.#births.values()) reject(reason);
    for (const forgotten of [this.#births, this.#dirty, this.#runs, this.#turning]) forgotten.clear();
    this.#written = [];
  }

  /** Forgets an execution that has ended without this driver's doing. */
  #drop(run: Run): void {
    run.ended = true;
    run.stimuli.length = 0;
    for (const frame of run.frames.values()) frame.call?.abandon();
    this.#dirty.delete(run);
    if (run.id !== undefined && this.#runs.get(run.id) === run) this.#runs.delete(run.id);
  }

  /** Loads an execution and lets its runnable frames go on. */
  #resume(id: number): void {
    const run = this.get(id);
    if (!run) return;
    for (const frame of run.frames.values()) {
      if (frame.phase === "ready") run.stimuli.push({ kind: "enter", frame });
      // Where an outcome is known already there is nothing left to call for.
      if (frame.phase === "task" && !frame.outcomeTaken) this.#calls.make(run, frame);
    }
    this.#goOn(run);
  }

  #goOn(run: Run): void {
    if (run.stimuli.length > 0) this.#turn(run);
    else if (run.idle && run.id !== undefined) this.#runs.delete(run.id);
  }

  #turn(run: Run): void {
    if (run.ended || run.stimuli.length === 0 || this.#turning.has(run)) return;
    this.#turning.add(run);
    void this.#parts.interpreter.turn(run).then(() => {
      if (!this.#turning.delete(run)) return;
      if (!run.changes.empty) this.changed(run);
      else this.#goOn(run);
      this.calmed();
    });
  }

  #answered(run: Run, frame: Frame, answer: Answer): void {
    if (run.frames.get(frame.number) !== frame) {
      this.calmed();
      return;
    }
    if (frame.taskToken !== undefined && "failure" in answer) {
      if (frame.heldOutcome) this.deliver(run, { kind: "outcome", frame, answer: frame.heldOutcome });
      else this.#outcomes.close(run, frame, "callFailed", answer.failure);
      return;
    }
    run.stimuli.push({ kind: "answer", frame, answer });
    if (frame.heldOutcome) run.stimuli.push({ kind: "outcome", frame, answer: frame.heldOutcome });
    frame.heldOutcome = undefined;
    this.#turn(run);
  }
}
