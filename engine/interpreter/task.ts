import { argumentsProblem } from "../definition/arguments.ts";
import type { TaskState } from "../definition/machine.ts";
import { isObject, type Json } from "../json.ts";
import { QueryFailure } from "../jsonata/evaluate.ts";
import type { Bindings } from "../jsonata/expression.ts";
import type { Template } from "../jsonata/template.ts";
import { bindings } from "./context.ts";
import { evaluate, evaluateNumber, queryFailed } from "./evaluation.ts";
import { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import { assertWithinLimit, leave } from "./outlet.ts";
import { Payload } from "./payload.ts";
import type { Run } from "./run.ts";
import type { Answer } from "./stimulus.ts";
import { BLOCKED, type Step, type Surroundings } from "./surroundings.ts";
import { taskEvents } from "./task-events.ts";

const TIME_LIMIT = { whole: true, least: 1, most: 99_999_999 };

/** Prepares one try of a Task: it is called once this is committed. */
export async function schedule(
  surroundings: Surroundings,
  run: Run,
  frame: Frame,
  state: TaskState,
): Promise<Step> {
  if (waitsForToken(state)) run.changes.issue(frame, surroundings.newTaskToken());
  const scope = bindings(run, frame);
  const parameters = new Payload(
    state.arguments ? await evaluate(run, frame, state.arguments, "Arguments", scope) : frame.input.text,
  );
  assertWithinLimit(parameters.text, frame.stateName);
  const roleArn = state.credentials && (await roleOf(run, frame, state.credentials, scope));
  const timeout =
    state.timeoutSeconds &&
    (await evaluateNumber(run, frame, state.timeoutSeconds, "TimeoutSeconds", scope, TIME_LIMIT));
  const heartbeat =
    state.heartbeatSeconds &&
    (await evaluateNumber(run, frame, state.heartbeatSeconds, "HeartbeatSeconds", scope, TIME_LIMIT));
  assertUsable(frame, state, parameters);
  const events = taskEvents(state.resource);
  frame.scheduledEvent = run.record(
    frame,
    events.scheduled,
    events.scheduledDetails({
      region: surroundings.home.region,
      parameters: parameters.text,
      timeout,
      heartbeat,
      roleArn,
    }),
  );
  frame.deadline = timeout === undefined ? undefined : surroundings.clock.now() + timeout * 1000;
  frame.heartbeatSeconds = heartbeat;
  frame.parameters = parameters;
  frame.phase = "task";
  run.scheduled.push(frame);
  return BLOCKED;
}

/** The role that Credentials name. */
async function roleOf(run: Run, frame: Frame, credentials: Template, scope: Bindings): Promise<string> {
  const text = await evaluate(run, frame, credentials, "Credentials", scope);
  const value: Json = JSON.parse(text);
  const role = isObject(value) ? value["RoleArn"] : undefined;
  if (typeof role === "string") return role;
  const why = `The field 'Credentials' must give an object whose RoleArn is a string but was: ${text}`;
  throw queryFailed(run, frame, new QueryFailure(why, "Credentials"));
}

/** Throws States.Runtime when a service cannot be called with such parameters: the Task is not even scheduled then. */
function assertUsable(frame: Frame, { resource }: TaskState, parameters: Payload): void {
  if (resource.kind !== "service") return;
  const problem = argumentsProblem(resource.service, parameters.value);
  if (problem === undefined) return;
  throw new StateFailure(
    "States.Runtime",
    `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}). The Parameters '${parameters.text}' could not be used to start the Task: [${problem}]`,
  );
}

/** Whether a Task, once its call has come back, waits for somebody to use its token. */
export function waitsForToken(state: TaskState): boolean {
  const { resource } = state;
  return (
    resource.kind === "service" &&
    (resource.waitForTaskToken || resource.service === "states:startExecution.sync:2")
  );
}

/** Takes what the call gave: the Task's result or, where it waits for a token, the proof of submission. */
export async function answered(
  surroundings: Surroundings,
  run: Run,
  frame: Frame,
  state: TaskState,
  answer: Answer,
): Promise<Step> {
  if (!waitsForToken(state) || "failure" in answer) return concluded(run, frame, state, answer);
  const events = taskEvents(state.resource);
  run.record(frame, "TaskSubmitted", events.details("TaskSubmitted", { output: answer.result }));
  frame.phase = "token";
  frame.dueAt = tokenDue(frame, surroundings.clock.now());
  return BLOCKED;
}

/** Takes the Task's result, or its failure. */
export async function concluded(run: Run, frame: Frame, state: TaskState, answer: Answer): Promise<Step> {
  const events = taskEvents(state.resource);
  run.changes.spend(frame);
  frame.dueAt = undefined;
  if ("failure" in answer) return failed(run, frame, state, answer.failure);
  const { result } = answer;
  try {
    assertWithinLimit(result, events.nameInCauses);
  } catch (error) {
    return failed(run, frame, state, error as StateFailure);
  }
  run.record(frame, events.succeeded, events.details(events.succeeded, { output: result }));
  const got = { result: new Payload(result) };
  return leave(run, frame, { outlet: state, got, output: result, next: state.next });
}

function failed(run: Run, frame: Frame, state: TaskState, failure: StateFailure): never {
  const events = taskEvents(state.resource);
  const type = failure.error === "States.Timeout" ? events.timedOut : events.failed;
  run.record(frame, type, events.details(type, failure.details));
  throw failure;
}

/** When a Task that waits for its token is to be looked at next: its deadline, or the next heartbeat's. */
export function tokenDue(frame: Frame, lastSign: number): number | undefined {
  const heartbeatDue =
    frame.heartbeatSeconds === undefined ? undefined : lastSign + frame.heartbeatSeconds * 1000;
  if (frame.deadline === undefined) return heartbeatDue;
  return heartbeatDue === undefined ? frame.deadline : Math.min(frame.deadline, heartbeatDue);
}
