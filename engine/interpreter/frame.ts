import type { Scope, State } from "../definition/machine.ts";
import type { Json } from "../json.ts";
import type { Bindings } from "../jsonata/expression.ts";
import type { Payload } from "./payload.ts";
import type { Answer } from "./stimulus.ts";

/**
 * Where a frame stands:
 * `ready` to enter its state, `task` called and not answered, waiting for a `token`, in a `wait`, between two
 * tries (`retry`), for its `children`; `done` and `failed` are iterations and branches that wait for the others.
 */
export type Phase = "ready" | "task" | "token" | "wait" | "retry" | "children" | "done" | "failed";

/** The item that an iteration of a Map works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
  /** The key, where the Map iterates over an object. */
  readonly key?: string;
}

/** What a Map has decided when it started. */
export interface MapPlan {
  readonly items: readonly Json[];
  /** The keys of the items, where the Map iterates over an object. */
  readonly keys?: readonly string[];
  /** How many iterations may run at once. */
  readonly concurrency: number;
  /** How many iterations may fail; undefined when the Map says nothing, and the first failure is its own. */
  readonly tolerated?: number;
}

/** How far the children of a Map or a Parallel are. */
export interface Progress {
  started: number;
  succeeded: number;
  failed: number;
}

/** A call to the outside that is under way. */
export interface Call {
  /** Tells the callee that nobody waits for its answer any more. */
  abandon(): void;
}

/** One position in a machine: the execution's own, one branch of a Parallel, or one iteration of a Map. */
export class Frame {
  readonly number: number;
  readonly parent: Frame | undefined;
  /** Which branch or iteration of the parent this is. */
  readonly position: number;
  readonly scope: Scope;
  readonly item: MapItem | undefined;
  /** The variables in scope; those of outer scopes are inherited. */
  readonly variables: Bindings;
  readonly children = new Map<number, Frame>();

  stateName: string;
  phase: Phase = "ready";
  input: Payload;
  enteredAt = 0;
  enteredEvent = 0;
  lastEvent = 0;
  /** How many bytes of JSON each of the frame's own variables has. */
  readonly variableSizes = new Map<string, number>();
  /** How often each retrier of the current state was used. */
  retries: number[] = [];
  /** How often each state was entered in this frame: part of the idempotency key. */
  readonly visits = Object.create(null) as Record<string, number>;
  dueAt: number | undefined;
  taskToken: string | undefined;
  /** When the current try ends with States.Timeout, and how long it may go without a heartbeat. */
  deadline: number | undefined;
  heartbeatSeconds: number | undefined;
  /** The event that holds the parameters of the current try. */
  scheduledEvent = 0;
  plan: MapPlan | undefined;
  progress: Progress = { started: 0, succeeded: 0, failed: 0 };
  /** The parameters of the current try, where this process scheduled it. */
  parameters: Payload | undefined;
  /** What was reported under the token while the call that hands it out was still under way. */
  heldOutcome: Answer | undefined;
  /** The token whose outcome was passed on to the interpreter. */
  outcomeTaken: string | undefined;
  /** The call to the outside that is under way in this process. */
  call: Call | undefined;
  /** What the store holds of this frame; undefined when nothing yet. */
  stored: { phase: Phase; dueAt: number | undefined } | undefined;

  constructor(birth: FrameBirth) {
    this.number = birth.number;
    this.parent = birth.parent;
    this.position = birth.position;
    this.scope = birth.scope;
    this.item = birth.item ?? birth.parent?.item;
    this.stateName = birth.stateName ?? birth.scope.startAt;
    this.input = birth.input;
    this.variables = Object.create(birth.parent?.variables ?? null) as Bindings;
    birth.parent?.children.set(this.number, this);
  }

  get state(): State {
    const state = this.scope.states.get(this.stateName);
    if (!state) throw new Error(`no state '${this.stateName}' in scope '${this.scope.path}'`);
    return state;
  }

  /** Whether the frame has come to its end and only waits for its parent to take note. */
  get over(): boolean {
    return this.phase === "done" || this.phase === "failed";
  }
}

export interface FrameBirth {
  readonly number: number;
  readonly parent: Frame | undefined;
  readonly position: number;
  readonly scope: Scope;
  readonly input: Payload;
  readonly stateName?: string;
  readonly item?: MapItem;
}

/**
 * Names one visit of a state: `<execution>/<state>:<visit>`, with `[<position>]` and what is inside it for
 * branches and iterations. It is the same for every try of that visit and after every restart.
 */
export function idempotencyKey(executionArn: string, frame: Frame): string {
  return `${executionArn}/${visitPath(frame)}`;
}

function visitPath(frame: Frame): string {
  const here = `${encodeURIComponent(frame.stateName)}:${frame.visits[frame.stateName] ?? 0}`;
  return frame.parent ? `${visitPath(frame.parent)}[${frame.position}]/${here}` : here;
}
