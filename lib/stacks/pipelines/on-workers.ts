/** A state of a machine, as far as it is read here. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly Payload?: object };
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

const INVOKE = "arn:aws:states:::lambda:invoke";
const SEND = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
/**
 * From an empty queue a worker has to be started first, which takes a minute or two; and of a queue that was idle for six
 * hours SQS tells CloudWatch up to fifteen minutes late.
 */
const STARTING_SECONDS = 1_200;

/**
 * A definition whose calls of these functions go to the queue of their lane instead: a worker takes them from there
 * and answers in the same form, so that nothing else of the machine is different.
 * @param queues the name that the definition is to have for the queue's URL, by that of the function's ARN
 */
export function onWorkers(definition: string, queues: ReadonlyMap<string, Queue>): string {
  return JSON.stringify(rerouted(JSON.parse(definition) as Machine, queues), null, 2);
}

export interface Queue {
  /** `ReadOnlyQueueUrl` */
  readonly urlName: string;
  /** As the worker knows the function. */
  readonly functionName: string;
}

function rerouted<Part extends Machine>(machine: Part, queues: ReadonlyMap<string, Queue>): Part {
  const states = Object.entries(machine.States).map(([name, state]) => [name, rerouteState(state, queues)]);
  return { ...machine, States: Object.fromEntries(states) as Part["States"] };
}

function rerouteState(state: State, queues: ReadonlyMap<string, Queue>): State {
  const { ItemProcessor, Branches } = state;
  if (ItemProcessor) return { ...state, ItemProcessor: rerouted(ItemProcessor, queues) };
  if (Branches) return { ...state, Branches: Branches.map((branch) => rerouted(branch, queues)) };
  const [, called = ""] = /^\$\{(\w+)\}$/.exec(state.Arguments?.FunctionName ?? "") ?? [];
  const queue = queues.get(called);
  if (state.Resource !== INVOKE || !queue) return state;
  const timed = state as State & { readonly TimeoutSeconds?: number };
  return {
    ...state,
    Resource: SEND,
    Arguments: {
      QueueUrl: `\${${queue.urlName}}`,
      MessageBody: {
        function: queue.functionName,
        taskToken: "{% $states.context.Task.Token %}",
        input: state.Arguments?.Payload ?? {},
      },
    },
    ...(typeof timed.TimeoutSeconds === "number" && {
      TimeoutSeconds: timed.TimeoutSeconds + STARTING_SECONDS,
    }),
  } as State;
}
