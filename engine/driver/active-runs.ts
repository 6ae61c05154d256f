import type { Interpreter } from "../interpreter/interpreter.ts";
import type { Run } from "../interpreter/run.ts";
import type { Stimulus } from "../interpreter/stimulus.ts";

interface Hooks {
  /** Brings an execution into memory; undefined when it does not run any more. */
  load(id: number): Run | undefined;
  /** An execution has worked off its stimuli; it may have changed. */
  turned(run: Run): void;
}

/** The executions in memory: those that can go on, and no others for long. */
export class ActiveRuns {
  readonly #interpreter: Interpreter;
  readonly #hooks: Hooks;
  readonly #runs = new Map<number, Run>();
  readonly #turning = new Set<Run>();

  constructor(interpreter: Interpreter, hooks: Hooks) {
    this.#interpreter = interpreter;
    this.#hooks = hooks;
  }

  /** How many are moving on right now. */
  get moving(): number {
    return this.#turning.size;
  }

  moves(run: Run): boolean {
    return this.#turning.has(run);
  }

  /** An execution, brought into memory where it is not. */
  get(id: number): Run | undefined {
    const known = this.#runs.get(id);
    if (known) return known;
    const run = this.#hooks.load(id);
    if (run) this.#runs.set(id, run);
    return run;
  }

  /** An execution, if it is in memory. */
  known(id: number): Run | undefined {
    return this.#runs.get(id);
  }

  keep(run: Run): void {
    if (run.id !== undefined) this.#runs.set(run.id, run);
  }

  /** Takes an execution out of memory. */
  forget(run: Run): void {
    if (run.id !== undefined && this.#runs.get(run.id) === run) this.#runs.delete(run.id);
  }

  forgetAll(): void {
    this.#runs.clear();
    this.#turning.clear();
  }

  /** Takes an execution out of memory that goes on nowhere, with the calls it had under way. */
  drop(run: Run): void {
    run.ended = true;
    run.stimuli.length = 0;
    for (const frame of run.frames.values()) frame.call?.abandon();
    this.forget(run);
  }

  deliver(run: Run, stimulus: Stimulus): void {
    run.stimuli.push(stimulus);
    this.goOn(run);
  }

  /** Lets an execution work off its stimuli; one that has none and waits for something need not stay in memory. */
  goOn(run: Run): void {
    if (run.ended || this.#turning.has(run)) return;
    if (run.stimuli.length === 0) {
      if (run.idle && run.changes.empty) this.forget(run);
      return;
    }
    this.#turning.add(run);
    void this.#interpreter.turn(run).then(() => {
      if (this.#turning.delete(run)) this.#hooks.turned(run);
    });
  }
}
