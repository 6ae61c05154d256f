import type { ParallelState } from "../definition/machine.ts";
import { bindings } from "./context.ts";
import { evaluate } from "./evaluation.ts";
import type { Frame } from "./frame.ts";
import { assertWithinLimit, leave } from "./outlet.ts";
import { Payload } from "./payload.ts";
import type { Run } from "./run.ts";
import { BLOCKED, type Step } from "./surroundings.ts";

/** Starts every branch with the same input. */
export async function fork(run: Run, frame: Frame, state: ParallelState): Promise<Step> {
  const input = state.arguments
    ? await evaluate(run, frame, state.arguments, "Arguments", bindings(run, frame))
    : frame.input.text;
  assertWithinLimit(input, frame.stateName);
  run.record(frame, "ParallelStateStarted");
  frame.phase = "children";
  frame.progress = { started: state.branches.length, succeeded: 0, failed: 0 };
  for (const [position, scope] of state.branches.entries()) {
    const branch = run.addFrame({ parent: frame, position, scope, input: new Payload(input) });
    branch.lastEvent = frame.lastEvent;
    run.stimuli.push({ kind: "enter", frame: branch });
  }
  return BLOCKED;
}

/** Takes note of a branch's end; when it was the last one, the state's result is what all of them gave. */
export async function branchEnded(run: Run, branch: Frame, state: ParallelState): Promise<Step> {
  const frame = branch.parent as Frame;
  frame.lastEvent = branch.lastEvent;
  frame.progress.succeeded += 1;
  if (frame.progress.succeeded < state.branches.length) return BLOCKED;
  const outputs = [...frame.children.values()].map((child) => child.input.text);
  for (const child of [...frame.children.values()]) run.removeFrame(child);
  const result = `[${outputs.join(",")}]`;
  run.append("ParallelStateSucceeded", frame.lastEvent);
  return leave(run, frame, {
    outlet: state,
    got: { result: new Payload(result) },
    output: result,
    next: state.next,
  });
}
