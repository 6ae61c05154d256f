import type { State } from "../definition/machine.ts";
import { detailsName, type EventType } from "../history/event.ts";
import { StateFailure } from "./failure.ts";
import { childEnded, childFailed } from "./family.ts";
import type { Frame } from "./frame.ts";
import { startMap } from "./map.ts";
import { fork } from "./parallel.ts";
import { Payload } from "./payload.ts";
import { caught, retry } from "./recover.ts";
import { HistoryFull, type Run } from "./run.ts";
import { choose, fail, pass, succeed, wait, waited } from "./simple-states.ts";
import type { Stimulus } from "./stimulus.ts";
import { BLOCKED, type Step, type Surroundings } from "./surroundings.ts";
import { answered, concluded, schedule } from "./task.ts";
import { taskEvents } from "./task-events.ts";

/** After so many states in a row a turn ends, so that a machine that never waits cannot keep the process. */
const STATES_PER_TURN = 200;

/** Moves executions on: what a stimulus leads to, up to where everything waits again. */
export class Interpreter {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Works off an execution's stimuli; what has happened is then in its changes. */
  async turn(run: Run): Promise<void> {
    let states = 0;
    try {
      for (let stimulus = run.stimuli.shift(); stimulus && !run.ended; stimulus = run.stimuli.shift()) {
        states += await this.#take(run, stimulus, STATES_PER_TURN - states);
        if (states >= STATES_PER_TURN) break;
      }
      startScheduled(run);
    } catch (error) {
      const cause = this.#causeOf(error);
      this.#end(run, run.root, "FAILED", { error: "States.Runtime", cause });
    }
  }

  #causeOf(error: unknown): string {
    if (error instanceof HistoryFull) {
      return "The execution reached the maximum number of history events (25000).";
    }
    this.#surroundings.report(error);
    return `The engine failed: ${error instanceof Error ? error.message : String(error)}`;
  }

  async #take(run: Run, stimulus: Stimulus, limit: number): Promise<number> {
    if (stimulus.kind === "executionTimeout") {
      run.appendLast("ExecutionTimedOut", 0, { executionTimedOutEventDetails: { error: "States.Timeout" } });
      run.end({ status: "TIMED_OUT", stoppedAt: this.#surroundings.clock.now() });
      return 0;
    }
    const { frame } = stimulus;
    // A frame whose parent has failed meanwhile is no longer part of the execution.
    if (run.frames.get(frame.number) !== frame) return 0;
    return this.#proceed(run, frame, () => this.#react(run, frame, stimulus), limit);
  }

  /** Goes on from state to state until the frame is blocked or over. */
  async #proceed(run: Run, frame: Frame, first: () => Promise<Step>, limit: number): Promise<number> {
    let step = await this.#settle(run, frame, first);
    let states = 1;
    while (step && step.to === "next") {
      frame.stateName = step.state;
      frame.input = new Payload(step.output);
      frame.phase = "ready";
      frame.dueAt = undefined;
      run.changes.touch(frame);
      if (states >= limit) {
        run.stimuli.push({ kind: "enter", frame });
        return states;
      }
      states += 1;
      step = await this.#settle(run, frame, () => this.#enter(run, frame));
    }
    if (step?.to === "end") states += await this.#ended(run, frame, step.output, limit - states);
    return states;
  }

  async #settle(run: Run, frame: Frame, attempt: () => Promise<Step>): Promise<Step | undefined> {
    run.changes.touch(frame);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      return this.#failed(run, frame, error);
    }
  }

  /** What a state's failure leads to; undefined when the frame is over. */
  async #failed(run: Run, frame: Frame, failure: StateFailure): Promise<Step | undefined> {
    const { state } = frame;
    run.changes.spend(frame);
    frame.dueAt = undefined;
    if (failure.fatal) {
      this.#end(run, frame, "FAILED", failure.details);
      return undefined;
    }
    if (state.type !== "Task" && state.type !== "Map" && state.type !== "Parallel") {
      return this.#frameFailed(run, frame, failure);
    }
    for (const child of [...frame.children.values()]) run.removeFrame(child);
    if (retry(this.#surroundings, run, frame, state, failure)) return BLOCKED;
    if (state.type !== "Task") run.record(frame, `${state.type}StateFailed`);
    try {
      const step = await caught(run, frame, state, failure);
      return step ?? (await this.#frameFailed(run, frame, failure));
    } catch (error) {
      // A catcher whose own fields fail is not caught again: the state has failed once more.
      if (!(error instanceof StateFailure)) throw error;
      if (state.type !== "Task") run.record(frame, `${state.type}StateFailed`);
      return this.#frameFailed(run, frame, error);
    }
  }

  async #frameFailed(run: Run, frame: Frame, failure: StateFailure): Promise<undefined> {
    if (!frame.parent) {
      this.#end(run, frame, "FAILED", failure.details);
      return;
    }
    const { parent } = frame;
    await this.#proceed(run, parent, () => childFailed(run, frame, failure), STATES_PER_TURN);
  }

  async #ended(run: Run, frame: Frame, output: string, limit: number): Promise<number> {
    const { parent } = frame;
    if (!parent) {
      this.#end(run, frame, "SUCCEEDED", { output });
      return 0;
    }
    frame.phase = "done";
    run.leaveScope(frame);
    frame.input = new Payload(output);
    run.changes.touch(frame);
    return this.#proceed(run, parent, () => childEnded(run, frame), limit);
  }

  #end(
    run: Run,
    frame: Frame | undefined,
    status: "SUCCEEDED" | "FAILED",
    details: { output?: string; error?: string; cause?: string },
  ): void {
    const type = ENDINGS[status];
    run.appendLast(type, frame?.lastEvent ?? 0, { [detailsName(type)]: details });
    run.end({ status, stoppedAt: this.#surroundings.clock.now(), ...details });
  }

  #enter(run: Run, frame: Frame): Promise<Step> {
    const { state } = frame;
    frame.enteredAt = this.#surroundings.clock.now();
    frame.retries = [];
    frame.visits[state.name] = (frame.visits[state.name] ?? 0) + 1;
    frame.enteredEvent = run.record(frame, `${state.type}StateEntered` satisfies EventType, {
      stateEnteredEventDetails: { name: state.name, input: frame.input.text },
    });
    return this.#begin(run, frame, state);
  }

  /** Does what a state is for, for the first time or again. */
  #begin(run: Run, frame: Frame, state: State): Promise<Step> {
    switch (state.type) {
      case "Pass":
        return pass(run, frame, state);
      case "Task":
        return schedule(this.#surroundings, run, frame, state);
      case "Choice":
        return choose(run, frame, state);
      case "Wait":
        return wait(this.#surroundings, run, frame, state);
      case "Succeed":
        return succeed(run, frame, state);
      case "Fail":
        return fail(run, frame, state);
      case "Parallel":
        return fork(run, frame, state);
      case "Map":
        return startMap(run, frame, state);
    }
  }

  async #react(
    run: Run,
    frame: Frame,
    stimulus: Exclude<Stimulus, { kind: "executionTimeout" }>,
  ): Promise<Step> {
    const { state } = frame;
    switch (stimulus.kind) {
      case "enter":
        return this.#enter(run, frame);
      case "answer":
        if (state.type !== "Task" || frame.phase !== "task") return BLOCKED;
        return answered(this.#surroundings, run, frame, state, stimulus.answer);
      case "outcome":
        if (state.type !== "Task") return BLOCKED;
        return concluded(run, frame, state, stimulus.answer);
      case "due":
        return this.#due(run, frame, state);
    }
  }

  async #due(run: Run, frame: Frame, state: State): Promise<Step> {
    frame.dueAt = undefined;
    if (state.type === "Wait") return waited(run, frame, state);
    if (frame.phase === "retry") return this.#begin(run, frame, state);
    return BLOCKED;
  }
}

const ENDINGS = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
} as const;

/** Starts the Tasks scheduled in this turn, after all of them were scheduled, as the service does. */
function startScheduled(run: Run): void {
  for (const frame of run.scheduled) {
    if (run.frames.get(frame.number) !== frame || frame.phase !== "task" || frame.state.type !== "Task")
      continue;
    const events = taskEvents(frame.state.resource);
    run.record(frame, events.started, events.details(events.started, {}));
    run.changes.calls.push(frame);
  }
  run.scheduled = [];
}
