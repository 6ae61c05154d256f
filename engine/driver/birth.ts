import type { Machine } from "../definition/machine.ts";
import { Payload } from "../interpreter/payload.ts";
import { type ExecutionFacts, Run, type RunSurroundings } from "../interpreter/run.ts";
import { ServiceError } from "../service-error.ts";
import type { ExecutionRow } from "../store/executions.ts";
import type { Store } from "../store/store.ts";

/** What StartExecution gives. */
export interface Started {
  readonly executionArn: string;
  readonly startDate: Date;
}

/** An execution at its very beginning: started, and about to enter its first state. */
export function conceive(facts: ExecutionFacts, machine: Machine, surroundings: RunSurroundings): Run {
  const run = new Run(facts, machine, surroundings);
  const root = run.addFrame({
    parent: undefined,
    position: 0,
    scope: machine.root,
    input: new Payload(facts.input.text),
  });
  run.append("ExecutionStarted", 0, {
    executionStartedEventDetails: { input: facts.input.text, roleArn: facts.roleArn },
  });
  run.stimuli.push({ kind: "enter", frame: root });
  return run;
}

/**
 * Gives the execution its row, inside a transaction of the caller's. Where the name is taken, gives the earlier
 * start if it is the same one and still runs, and throws ExecutionAlreadyExists otherwise.
 */
export function insertExecution(store: Store, run: Run): Started {
  const { facts, machine } = run;
  const earlier = store.executions.find(facts.stateMachine, facts.name);
  if (earlier) return sameStart(earlier, facts);
  const { timeoutSeconds } = machine;
  run.id = store.executions.insert({
    stateMachine: facts.stateMachine,
    name: facts.name,
    hash: machine.hash,
    input: facts.input.text,
    startedAt: facts.startedAt,
    deadline: timeoutSeconds === undefined ? undefined : facts.startedAt + timeoutSeconds * 1000,
    parentToken: facts.parentToken,
  });
  return { executionArn: facts.arn, startDate: new Date(facts.startedAt) };
}

function sameStart(earlier: ExecutionRow, facts: ExecutionFacts): Started {
  // A Task that a crash made start its execution again finds it by the token, whatever has become of it.
  const samePurpose =
    facts.parentToken === undefined
      ? earlier.status === "RUNNING"
      : earlier.parent_token === facts.parentToken;
  if (samePurpose && earlier.input === facts.input.text) {
    return { executionArn: facts.arn, startDate: new Date(earlier.started_at) };
  }
  throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${facts.arn}'`);
}
