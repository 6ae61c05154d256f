import { Worker } from "node:worker_threads";
import type { Bindings } from "./expression.ts";
import { outOfMemory, outOfTime } from "./limits.ts";
import type { EvaluationOutcome } from "./outcome.ts";

export interface GuardLimits {
  /** How long one evaluation may take, in milliseconds. */
  readonly time: number;
  /** How much memory it may use, in MiB. */
  readonly memory: number;
}

/** An evaluation, as it goes to the thread. */
export interface Request {
  readonly source: string;
  readonly bindings: Bindings;
  readonly now: number;
}

/** What comes back; a thread says `ready` before anything else. */
export type Response =
  | { readonly ready: true }
  | { readonly outcome: EvaluationOutcome }
  | { readonly thrown: { readonly code?: string; readonly message: string } };

interface Job {
  readonly request: Request;
  resolve(outcome: EvaluationOutcome): void;
  reject(error: unknown): void;
}

/** The time is the service's (developer guide, "Transforming data with JSONata", "Handling expression errors"). */
const DEFAULT_LIMITS: GuardLimits = { time: 1_000, memory: 128 };

/** How long a thread without work is kept, in milliseconds. */
const IDLE_TIME = 10_000;

/** How often the thread's memory is looked at, in milliseconds. */
const WEIGHING_INTERVAL = 20;

/**
 * How many times the limit the thread's heap may really have: when V8 itself finds a heap full it ends the whole
 * process, so the thread has to be ended long before.
 */
const HEADROOM = 8;

/** Evaluates expressions one after another in a thread of their own, which is ended when one exceeds a limit. */
export class Guard {
  readonly #limits: GuardLimits;
  readonly #queue: Job[] = [];
  #thread: Worker | undefined;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #scales: NodeJS.Timeout | undefined;

  constructor(limits: Partial<GuardLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  evaluate(request: Request): Promise<EvaluationOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      if (!this.#thread) this.#begin();
      else if (!this.#job) this.#next();
    });
  }

  close(): void {
    this.#end(new Error("the engine was stopped"));
    for (const { reject } of this.#queue.splice(0)) reject(new Error("the engine was stopped"));
  }

  #begin(): void {
    const thread = new Worker(new URL("./guard-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEADROOM * this.#limits.memory },
    });
    this.#thread = thread;
    thread.on("message", (response: Response) => {
      if (thread === this.#thread) this.#answered(response);
    });
    thread.on("error", (error: Error) => {
      if (thread === this.#thread) this.#giveUp(error);
    });
  }

  #answered(response: Response): void {
    const job = this.#job;
    this.#job = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#scales);
    if ("outcome" in response) job?.resolve(response.outcome);
    if ("thrown" in response) job?.reject(response.thrown);
    this.#next();
  }

  #next(): void {
    const job = this.#queue.shift();
    if (!job) {
      this.#thread?.unref();
      this.#timer = setTimeout(() => this.#end(undefined), IDLE_TIME).unref();
      return;
    }
    clearTimeout(this.#timer);
    this.#job = job;
    this.#thread?.ref();
    this.#timer = setTimeout(() => this.#giveUp(outOfTime()), this.#limits.time);
    this.#scales = setInterval(() => void this.#weigh(job), WEIGHING_INTERVAL);
    try {
      this.#thread?.postMessage(job.request);
    } catch (error) {
      this.#answered({ thrown: { message: error instanceof Error ? error.message : String(error) } });
    }
  }

  /** Ends an evaluation that uses too much memory. */
  async #weigh(job: Job): Promise<void> {
    try {
      const { used_heap_size: heap = 0, external_memory: external = 0 } =
        (await this.#thread?.getHeapStatistics()) ?? {};
      if (job === this.#job && heap + external > this.#limits.memory * 2 ** 20) {
        this.#giveUp(outOfMemory());
      }
    } catch {
      // The thread has ended meanwhile, which says enough.
    }
  }

  #giveUp(reason: Error): void {
    this.#end(reason);
    if (this.#queue.length > 0) this.#begin();
  }

  #end(reason: Error | undefined): void {
    clearTimeout(this.#timer);
    clearInterval(this.#scales);
    void this.#thread?.terminate();
    this.#thread = undefined;
    const job = this.#job;
    this.#job = undefined;
    job?.reject(reason);
  }
}
