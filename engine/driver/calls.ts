import type { Clock, Timer } from "../clock.ts";
import { callResource, type Integrations } from "../integrations/call.ts";
import { StateFailure } from "../interpreter/failure.ts";
import { type Call, type Frame, idempotencyKey } from "../interpreter/frame.ts";
import { Payload } from "../interpreter/payload.ts";
import type { Run } from "../interpreter/run.ts";
import type { Answer } from "../interpreter/stimulus.ts";
import type { JsonObject } from "../json.ts";
import type { Store } from "../store/store.ts";

/** Told when a call has come back, or its time is over. */
type Answered = (run: Run, frame: Frame, answer: Answer) => void;

/** The calls that Tasks have under way in this process. */
export class Calls {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #integrations: Integrations;
  readonly #answered: Answered;
  readonly #underWay = new Set<TaskCallUnderWay>();

  constructor(store: Store, clock: Clock, integrations: Integrations, answered: Answered) {
    this.#store = store;
    this.#clock = clock;
    this.#integrations = integrations;
    this.#answered = answered;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Makes the call that a frame's Task has scheduled. */
  make(run: Run, frame: Frame): void {
    const { state } = frame;
    if (state.type !== "Task" || frame.call) return;
    const parameters = frame.parameters ?? this.#recall(run, frame);
    const call = new TaskCallUnderWay(() => this.#underWay.delete(call));
    frame.call = call;
    this.#underWay.add(call);
    const conclude = (answer: Answer) => {
      if (!call.close()) return;
      frame.call = undefined;
      this.#answered(run, frame, answer);
    };
    const timeLimit = earlier(frame.deadline, this.#heartbeatDue(frame));
    if (timeLimit !== undefined) {
      call.timer = this.#clock.at(timeLimit, () => {
        conclude({ failure: new StateFailure("States.Timeout", undefined, timeLimit !== frame.deadline) });
        call.abort();
      });
    }
    callResource(this.#integrations, {
      resource: state.resource,
      parameters: parameters.value,
      idempotencyKey: idempotencyKey(run.facts.arn, frame),
      executionArn: run.facts.arn,
      stateMachineArn: run.facts.stateMachineArn,
      calledAt: this.#clock.now(),
      stateName: frame.stateName,
      taskToken: frame.taskToken,
      get signal() {
        return call.signal;
      },
    }).then(
      (result) => conclude({ result }),
      (error: unknown) => conclude({ failure: asFailure(error) }),
    );
  }

  /** Gives up every call that is still under way; their Tasks are called again after a restart. */
  abandonAll(): void {
    for (const call of [...this.#underWay]) call.abandon();
  }

  #heartbeatDue(frame: Frame): number | undefined {
    return frame.heartbeatSeconds === undefined
      ? undefined
      : this.#clock.now() + frame.heartbeatSeconds * 1000;
  }

  /** The parameters of a try that an earlier process scheduled; its time limit begins anew. */
  #recall(run: Run, frame: Frame): Payload {
    const event = run.id === undefined ? undefined : this.#store.history.event(run.id, frame.scheduledEvent);
    const details = (event?.taskScheduledEventDetails ?? event?.lambdaFunctionScheduledEventDetails) as
      | JsonObject
      | undefined;
    const parameters = details?.["parameters"] ?? details?.["input"];
    if (typeof parameters !== "string") {
      throw new Error(
        `event ${frame.scheduledEvent} of ${run.facts.arn} does not hold the parameters of a Task`,
      );
    }
    const timeout = details?.["timeoutInSeconds"];
    if (typeof timeout === "number") frame.deadline = this.#clock.now() + timeout * 1000;
    return new Payload(parameters);
  }
}

class TaskCallUnderWay implements Call {
  timer: Timer | undefined;
  #controller: AbortController | undefined;
  #open = true;
  readonly #closed: () => void;

  constructor(closed: () => void) {
    this.#closed = closed;
  }

  /** Made when somebody first asks, because most functions never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller?.abort();
  }

  abandon(): void {
    if (this.close()) this.abort();
  }

  /** False when the call was closed before. */
  close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.timer?.cancel();
    this.#closed();
    return true;
  }
}

function asFailure(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return new StateFailure(name, message);
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
