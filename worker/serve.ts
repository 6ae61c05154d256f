import * as z from "zod";
import { NamedError } from "../core/errors.ts";
import type { Orchestrator } from "../core/orchestrator.ts";
import type { HeldTask, TaskQueue } from "../core/queue/task-queue.ts";

/** A task of an agent as a state machine puts it into the queue (lib/stacks/pipelines/on-workers.ts). */
const agentTask = z.strictObject({
  function: z.string(),
  taskToken: z.string().min(1),
  input: z.looseObject({}),
});

export interface Serving {
  readonly queue: TaskQueue;
  readonly answers: Pick<Orchestrator, "sendTaskSuccess" | "sendTaskFailure">;
  /** Calls one of the lane's functions. */
  call(name: string, input: object): Promise<object>;
  /** Told of what could not be done and stays in the queue. */
  onError(error: unknown): void;
  /** Aborted when this process is to end: what is being worked on is finished, and nothing new is taken. */
  readonly signal: AbortSignal;
}

/** How long a task is hidden from others, and how often that is renewed while it is worked on. */
const HIDDEN_SECONDS = 120;
const RENEWAL_MS = 40_000;
const WAIT_SECONDS = 20;
/** After a queue that could not be asked, so that it is not asked in a circle. */
const PAUSE_MS = 5_000;

/**
 * Takes agents' tasks from the queue, one at a time, until `signal`. A task that was answered is removed; one whose
 * answer could not be told comes again, and its function finds its own result by its idempotency key (law 10).
 */
export async function serve(serving: Serving): Promise<void> {
  const { queue, signal, onError } = serving;
  while (!signal.aborted) {
    try {
      const [task] = await queue.receive({
        most: 1,
        visibilitySeconds: HIDDEN_SECONDS,
        waitSeconds: WAIT_SECONDS,
        signal,
      });
      if (task) await work(task, serving);
    } catch (error) {
      onError(error);
      await pause(signal);
    }
  }
}

async function work(task: HeldTask, { queue, answers, call, onError }: Serving): Promise<void> {
  const { function: name, taskToken, input } = agentTask.parse(task.body);
  const renewal = setInterval(() => {
    queue.extend(task, HIDDEN_SECONDS).catch(onError);
  }, RENEWAL_MS);
  try {
    const outcome = await call(name, input).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    // As `lambda:invoke` gives it, so that the machine reads it the same.
    if ("answer" in outcome) await answers.sendTaskSuccess(taskToken, { Payload: outcome.answer });
    else await answers.sendTaskFailure(taskToken, ...named(outcome.error));
    await queue.delete([task]);
  } finally {
    clearInterval(renewal);
  }
}

/** Step Functions takes 256 characters of an error's name and 32,768 of its cause. */
function named(error: unknown): [name: string, cause: string] {
  if (!(error instanceof Error)) return ["Error", String(error).slice(0, 32_768)];
  const name = error instanceof NamedError ? error.name : error.name || "Error";
  return [name.slice(0, 256), error.message.slice(0, 32_768)];
}

async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    const leave = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", leave, { once: true });
  });
}
