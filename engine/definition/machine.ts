import type { Template } from "../jsonata/template.ts";
import type { Resource } from "./resource.ts";

/** A state machine ready to run: what its definition says, with every expression compiled. */
export interface Machine {
  readonly hash: string;
  readonly timeoutSeconds: number | undefined;
  readonly root: Scope;
  /** Every scope by its path, so that a frame can be found again after a restart. */
  readonly scopes: ReadonlyMap<string, Scope>;
}

/** The states that run together: the machine itself, one branch of a Parallel, the processor of a Map. */
export interface Scope {
  /** "" for the machine; then `<outer path>/<state>` and, for a branch, `#<index>`. */
  readonly path: string;
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type Assignment = ReadonlyMap<string, Template>;

/** What a state (or a choice, or a catcher) makes of what it got. */
export interface Outlet {
  readonly output: Template | undefined;
  readonly assign: Assignment | undefined;
}

interface Common {
  readonly name: string;
}

/** Where a state leads; undefined ends the scope. */
interface Flow extends Common, Outlet {
  readonly next: string | undefined;
}

interface Fallible {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Flow {
  readonly type: "Pass";
}

export interface TaskState extends Flow, Fallible {
  readonly type: "Task";
  readonly resource: Resource;
  readonly arguments: Template | undefined;
  readonly credentials: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}

export interface ChoiceState extends Common, Outlet {
  readonly type: "Choice";
  readonly choices: readonly Choice[];
  readonly default: string | undefined;
}

export interface Choice extends Outlet {
  readonly condition: Template;
  readonly next: string;
}

export interface WaitState extends Flow {
  readonly type: "Wait";
  readonly seconds: Template | undefined;
  readonly timestamp: Template | undefined;
}

export interface SucceedState extends Common, Outlet {
  readonly type: "Succeed";
}

export interface FailState extends Common {
  readonly type: "Fail";
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export interface ParallelState extends Flow, Fallible {
  readonly type: "Parallel";
  readonly arguments: Template | undefined;
  readonly branches: readonly Scope[];
}

export interface MapState extends Flow, Fallible {
  readonly type: "Map";
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
  readonly processor: Scope;
}

export type FallibleState = TaskState | ParallelState | MapState;

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitterStrategy: "FULL" | "NONE";
}

export interface Catcher extends Outlet {
  readonly errorEquals: readonly string[];
  readonly next: string;
}
