import type { State } from "../definition/machine.ts";
import type { HistoryEvent } from "../history/event.ts";
import type { Call, Frame } from "./frame.ts";

/** How an execution ended. */
export interface Ending {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly stoppedAt: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** What has happened to an execution since the last commit: what to write, and what to do once it is written. */
export class Changes {
  readonly events: HistoryEvent[] = [];
  readonly touched = new Set<Frame>();
  readonly removed: Frame[] = [];
  readonly assigned = new Set<Frame>();
  readonly planned = new Set<Frame>();
  readonly newTokens = new Map<string, Frame>();
  readonly spentTokens: string[] = [];
  /** Tokens of Tasks that waited for an execution: one that still runs is stopped with them. */
  readonly orphaning: string[] = [];
  ending: Ending | undefined;
  /** Frames whose Task is to be called after the commit. */
  readonly calls: Frame[] = [];

  /** Calls whose frames are gone. */
  readonly abandoned: Call[] = [];

  get empty(): boolean {
    return this.events.length === 0 && this.touched.size === 0 && this.removed.length === 0 && !this.ending;
  }

  touch(frame: Frame): void {
    this.touched.add(frame);
  }

  remove(frame: Frame): void {
    this.touched.delete(frame);
    this.assigned.delete(frame);
    this.planned.delete(frame);
    if (frame.taskToken) this.spend(frame);
    if (frame.call) this.abandoned.push(frame.call);
    if (frame.stored) this.removed.push(frame);
  }

  /** Gives the frame the token under which its Task's outcome will be reported. */
  issue(frame: Frame, token: string): void {
    this.spend(frame);
    frame.taskToken = token;
    this.newTokens.set(token, frame);
  }

  spend(frame: Frame): void {
    if (!frame.taskToken) return;
    if (waitsForExecution(frame.state)) this.orphaning.push(frame.taskToken);
    if (!this.newTokens.delete(frame.taskToken)) this.spentTokens.push(frame.taskToken);
    frame.taskToken = undefined;
  }
}

function waitsForExecution(state: State): boolean {
  return (
    state.type === "Task" &&
    state.resource.kind === "service" &&
    state.resource.service === "states:startExecution.sync:2"
  );
}
