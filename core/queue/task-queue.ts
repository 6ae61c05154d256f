import { NamedError } from "../errors.ts";

export interface Task {
  /** The same however often the task is sent, so that whoever does it can drop what is done. */
  readonly id: string;
  /** Plain JSON; content belongs in artifacts. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A task that somebody works on, hidden from others for a while. */
export interface HeldTask extends Task {
  /** Names this holding of the task; only the latest one surely counts. */
  readonly receipt: string;
  /** Times it was taken from this queue, this one included. */
  readonly receives: number;
}

export interface Receiving {
  /** Tasks at most, up to 10. */
  readonly most: number;
  /** How long they are hidden from others. */
  readonly visibilitySeconds: number;
  /** How long to wait for a task when there is none, up to 20; 0 where it is absent. */
  readonly waitSeconds?: number;
  /** Aborted when whoever waits wants to leave: then there is nothing for them. */
  readonly signal?: AbortSignal;
}

/** Bytes of one task's body as JSON, with room for what stands around it in SQS's 256 KiB. */
export const TASK_BYTES = 255 * 1024;
/** SQS's limit on one receive, and its longest hiding. */
export const MOST_RECEIVED = 10;
export const LONGEST_HOLD_SECONDS = 43_200;

export class TaskQueueError extends NamedError<
  | "TaskTooLarge"
  /** Nobody holds the task by this receipt any more. */
  | "TaskNotHeld"
> {}

/** Some tasks did not get into the queue, or out of it; all others did. */
export class TasksRefused extends NamedError<"TasksRefused"> {
  readonly ids: ReadonlySet<string>;

  constructor(queue: string, what: string, reasons: ReadonlyMap<string, string>) {
    const told = [...reasons].map(([id, reason]) => `${id} (${reason})`);
    super("TasksRefused", `the queue ${queue} did not ${what} ${told.join(", ")}; all others are done`);
    this.ids = new Set(reasons.keys());
  }
}

/**
 * Work that somebody will do: SQS, or a table in the same file. Each task comes at least once, in any order. One that
 * was taken too often and never deleted goes to the dead letters, which are a queue like any other.
 */
export interface TaskQueue {
  /** Keeps tasks; all of them are tried. @throws TaskQueueError TaskTooLarge with nothing sent, TasksRefused */
  send(tasks: readonly Task[]): Promise<void>;
  receive(receiving: Receiving): Promise<readonly HeldTask[]>;
  /** They are done. A task that is gone already is no error. @throws TasksRefused */
  delete(tasks: readonly HeldTask[]): Promise<void>;
  /** Hides a task for so long from now on; 0 gives it back. @throws TaskQueueError TaskNotHeld */
  extend(task: HeldTask, seconds: number): Promise<void>;
}

/** A task's body as both homes store it. @throws TaskQueueError TaskTooLarge */
export function bodyText({ id, body }: Task): string {
  const text = JSON.stringify(body);
  const bytes = Buffer.byteLength(text);
  if (bytes <= TASK_BYTES) return text;
  throw new TaskQueueError(
    "TaskTooLarge",
    `the task ${id} has ${bytes} bytes and may have ${TASK_BYTES}; keep content in artifacts`,
  );
}

export function notHeld(id: string, options?: ErrorOptions): TaskQueueError {
  return new TaskQueueError(
    "TaskNotHeld",
    `the task ${id} is not held by this receipt any more; somebody else has it, or it is done`,
    options,
  );
}
