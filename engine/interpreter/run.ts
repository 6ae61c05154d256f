import type { Clock } from "../clock.ts";
import type { Machine, Scope } from "../definition/machine.ts";
import { type EventDetails, type EventType, HISTORY_LIMIT, type HistoryEvent } from "../history/event.ts";
import type { Evaluator } from "../jsonata/evaluator.ts";
import { Changes, type Ending } from "./changes.ts";
import { Frame, type FrameBirth } from "./frame.ts";
import type { Payload } from "./payload.ts";
import type { Stimulus } from "./stimulus.ts";

/** What never changes about an execution. */
export interface ExecutionFacts {
  readonly arn: string;
  readonly name: string;
  readonly stateMachine: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly input: Payload;
  readonly startedAt: number;
  /** The token of the Task that waits for this execution. */
  readonly parentToken: string | undefined;
}

/** What an execution needs from outside. */
export interface RunSurroundings {
  readonly clock: Clock;
  readonly evaluator: Evaluator;
}

/** The history is full: the execution has to end with the event that is left. */
export class HistoryFull extends Error {
  override readonly name = "HistoryFull";
}

/** An execution in memory, with what has happened to it since the last commit. */
export class Run {
  readonly facts: ExecutionFacts;
  readonly machine: Machine;
  readonly frames = new Map<number, Frame>();
  readonly stimuli: Stimulus[] = [];
  /** Tasks scheduled in the current turn; they are started at its end. */
  scheduled: Frame[] = [];
  changes = new Changes();
  /** The row's id; undefined until it is first written. */
  id: number | undefined;
  nextEvent = 1;
  nextFrame = 0;
  /** How many bytes of JSON all variables have together. */
  variableBytes = 0;
  ended = false;
  /** Whether the interpreter was told that the execution's time is over. */
  timedOut = false;

  readonly evaluator: Evaluator;
  readonly #clock: Clock;

  constructor(facts: ExecutionFacts, machine: Machine, { clock, evaluator }: RunSurroundings) {
    this.facts = facts;
    this.machine = machine;
    this.evaluator = evaluator;
    this.#clock = clock;
  }

  get root(): Frame | undefined {
    return this.frames.get(0);
  }

  /** Whether there is nothing to do until time passes or somebody calls. */
  get idle(): boolean {
    for (const frame of this.frames.values())
      if (frame.phase === "ready" || frame.phase === "task") return false;
    return this.stimuli.length === 0;
  }

  /** Appends an event to the history after the frame's last one and makes it the frame's last. */
  record(frame: Frame, type: EventType, details?: EventDetails): number {
    frame.lastEvent = this.append(type, frame.lastEvent, details);
    return frame.lastEvent;
  }

  /** Appends an event that no later one refers to. */
  append(type: EventType, previousEventId: number, details?: EventDetails): number {
    if (this.nextEvent >= HISTORY_LIMIT && type !== "ExecutionSucceeded") throw new HistoryFull();
    return this.#push(type, previousEventId, details);
  }

  /** Appends the event that ends the history, for which there is always a place. */
  appendLast(type: EventType, previousEventId: number, details?: EventDetails): void {
    this.#push(type, previousEventId, details);
  }

  addFrame(birth: Omit<FrameBirth, "number">): Frame {
    const frame = new Frame({ ...birth, number: this.nextFrame++ });
    this.frames.set(frame.number, frame);
    this.changes.touch(frame);
    return frame;
  }

  /** Notes how many bytes of JSON a variable of a frame has. */
  measureVariable(frame: Frame, name: string, bytes: number): void {
    this.variableBytes += bytes - (frame.variableSizes.get(name) ?? 0);
    frame.variableSizes.set(name, bytes);
  }

  /** A frame's own variables end with its last state. */
  leaveScope(frame: Frame): void {
    for (const name of frame.variableSizes.keys()) this.measureVariable(frame, name, 0);
  }

  /** Forgets a frame and everything inside it. */
  removeFrame(frame: Frame): void {
    this.leaveScope(frame);
    for (const child of frame.children.values()) this.removeFrame(child);
    frame.parent?.children.delete(frame.number);
    this.frames.delete(frame.number);
    this.changes.remove(frame);
  }

  /** Ends the execution: nothing in it goes on. */
  end(ending: Ending): void {
    this.ended = true;
    this.stimuli.length = 0;
    this.scheduled = [];
    if (this.root) this.removeFrame(this.root);
    this.changes.calls.length = 0;
    this.changes.ending = ending;
  }

  scope(path: string): Scope {
    const scope = this.machine.scopes.get(path);
    if (!scope) throw new Error(`state machine ${this.facts.stateMachine} has no scope '${path}'`);
    return scope;
  }

  #push(type: EventType, previousEventId: number, details: EventDetails | undefined): number {
    const id = this.nextEvent++;
    const event: HistoryEvent = { timestamp: this.#clock.now(), type, id, previousEventId, ...details };
    this.changes.events.push(event);
    return id;
  }
}
