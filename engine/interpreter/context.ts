import type { Json } from "../json.ts";
import type { Bindings } from "../jsonata/expression.ts";
import { formatTimestamp } from "../timestamp.ts";
import type { Frame } from "./frame.ts";
import type { Payload } from "./payload.ts";
import type { Run } from "./run.ts";

/** What a state has got by the time a field is evaluated. */
export interface Got {
  readonly result?: Payload;
  readonly errorOutput?: Json;
  /** Set while the fields of an iteration that is about to begin are evaluated. */
  readonly item?: Frame["item"];
}

/** What the expressions of a frame's current state see. */
export function bindings(run: Run, frame: Frame, got: Got = {}): Bindings {
  const scope = Object.create(frame.variables) as Bindings;
  scope["states"] = reserved(run, frame, got);
  return scope;
}

/** `$states`; every part is made when an expression first asks for it. */
function reserved(run: Run, frame: Frame, got: Got): Bindings {
  let context: Json | undefined;
  const states: Bindings = {
    get input() {
      return frame.input.value;
    },
    get context() {
      context ??= contextObject(run, frame, got.item ?? frame.item);
      return context;
    },
  };
  const { result, errorOutput } = got;
  if (result) Object.defineProperty(states, "result", { enumerable: true, get: () => result.value });
  if (errorOutput !== undefined) states["errorOutput"] = errorOutput;
  return states;
}

/** The context object, in the service's order. */
function contextObject(run: Run, frame: Frame, item: Frame["item"]): Json {
  const { facts } = run;
  const retries = frame.retries.reduce((sum, count) => sum + count, 0);
  return {
    Execution: {
      Id: facts.arn,
      Input: facts.input.value,
      StartTime: formatTimestamp(facts.startedAt),
      Name: facts.name,
      RoleArn: facts.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: facts.stateMachineArn, Name: facts.stateMachine },
    State: {
      Name: frame.stateName,
      EnteredTime: formatTimestamp(frame.enteredAt),
      ...(frame.state.type === "Task" ? { RetryCount: retries } : {}),
    },
    ...(item ? { Map: { Item: mapItem(item) } } : {}),
    ...(frame.taskToken ? { Task: { Token: frame.taskToken } } : {}),
  };
}

function mapItem({ index, value, key }: NonNullable<Frame["item"]>): Json {
  return { Index: index, ...(key === undefined ? {} : { Key: key }), Value: value, Source: "STATE_DATA" };
}
