import type { Outlet, State } from "../definition/machine.ts";
import type { EventType } from "../history/event.ts";
import { exceedsPayloadLimit, type Json, PAYLOAD_LIMIT } from "../json.ts";
import { bindings, type Got } from "./context.ts";
import { evaluate, evaluateAssignment } from "./evaluation.ts";
import { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import type { Run } from "./run.ts";
import type { Step } from "./surroundings.ts";

/** How a frame leaves its state. */
export interface Leaving {
  readonly outlet: Outlet;
  /** Where in the definition the outlet stands, such as `Choices[0]/`; empty for the state's own. */
  readonly field?: string;
  readonly got?: Got;
  /** The output where the outlet names none. */
  readonly output: string;
  readonly next: string | undefined;
}

/** Evaluates Assign and Output, records that the state is left, and says where the frame goes. */
export async function leave(run: Run, frame: Frame, leaving: Leaving): Promise<Step> {
  const { outlet, next, field = "", got } = leaving;
  let { output } = leaving;
  let assigned: Record<string, string> | undefined;
  if (outlet.output || outlet.assign) {
    const scope = bindings(run, frame, got);
    if (outlet.assign) {
      assigned = await evaluateAssignment(run, frame, outlet.assign, `${field}Assign`, scope);
    }
    if (outlet.output) output = await evaluate(run, frame, outlet.output, `${field}Output`, scope);
  }
  assertWithinLimit(output, frame.stateName);
  if (assigned) assign(run, frame, assigned);
  run.record(frame, `${frame.state.type as Exclude<State["type"], "Fail">}StateExited` satisfies EventType, {
    stateExitedEventDetails: {
      name: frame.stateName,
      output,
      ...(assigned && Object.keys(assigned).length > 0 ? { assignedVariables: assigned } : {}),
    },
  });
  return next === undefined ? { to: "end", output } : { to: "next", state: next, output };
}

/** Throws States.DataLimitExceeded when a text is more than may be passed on. */
export function assertWithinLimit(text: string, stateOrTask: string): void {
  if (exceedsPayloadLimit(text)) throw tooLarge(stateOrTask);
}

function tooLarge(stateOrTask: string): StateFailure {
  return new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** All variables of an execution may have so many bytes of JSON. */
const MOST_VARIABLE_BYTES = 10_485_760;

/** Assigns all variables, or none when they are too large for one Assign or, with all others, for an execution. */
function assign(run: Run, frame: Frame, assigned: Record<string, string>): void {
  const sizes = Object.entries(assigned).map(([name, text]) => [name, Buffer.byteLength(text)] as const);
  const given = sizes.reduce((sum, [, size]) => sum + size, 0);
  const replaced = sizes.reduce((sum, [name]) => sum + (frame.variableSizes.get(name) ?? 0), 0);
  if (given > PAYLOAD_LIMIT || run.variableBytes + given - replaced > MOST_VARIABLE_BYTES)
    throw tooLarge(frame.stateName);
  for (const [name, size] of sizes) run.measureVariable(frame, name, size);
  for (const [name, text] of Object.entries(assigned)) frame.variables[name] = JSON.parse(text) as Json;
  run.changes.assigned.add(frame);
}
