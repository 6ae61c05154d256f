import type { Assignment } from "../definition/machine.ts";
import { evaluateToText, evaluateToType, QueryFailure } from "../jsonata/evaluate.ts";
import type { Bindings } from "../jsonata/expression.ts";
import type { Template } from "../jsonata/template.ts";
import { StateFailure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import type { Run } from "./run.ts";

/** Evaluates a field of the frame's state; a query that fails is recorded and becomes the state's failure. */
export function evaluate(
  run: Run,
  frame: Frame,
  template: Template,
  field: string,
  scope: Bindings,
): Promise<string> | string {
  if (template.kind === "constant") return template.text;
  return evaluateToText(run.evaluator, template, field, scope).catch((error: unknown) => {
    throw queryFailed(run, frame, error);
  });
}

/** Evaluates a field to text that is not JSON, such as a Fail state's Cause. */
export async function evaluateString(
  run: Run,
  frame: Frame,
  template: Template,
  field: string,
  scope: Bindings,
): Promise<string> {
  try {
    return await evaluateToType(run.evaluator, "string", template, field, scope);
  } catch (error) {
    throw queryFailed(run, frame, error);
  }
}

export async function evaluateBoolean(
  run: Run,
  frame: Frame,
  template: Template,
  field: string,
  scope: Bindings,
): Promise<boolean> {
  try {
    return await evaluateToType(run.evaluator, "boolean", template, field, scope);
  } catch (error) {
    throw queryFailed(run, frame, error);
  }
}

/** The numbers a field may be. */
export interface NumberRange {
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
}

/** Evaluates a field to a number within its range. */
export async function evaluateNumber(
  run: Run,
  frame: Frame,
  template: Template,
  field: string,
  scope: Bindings,
  range: NumberRange,
): Promise<number> {
  try {
    const value = await evaluateToType(run.evaluator, "number", template, field, scope);
    assertInRange(value, field, range);
    return value;
  } catch (error) {
    throw queryFailed(run, frame, error);
  }
}

function assertInRange(value: number, field: string, { whole, least, most }: NumberRange): void {
  if ((whole && !Number.isInteger(value)) || value < least || value > most) {
    const kind = whole ? "an integer" : "a number";
    throw new QueryFailure(
      `The field '${field}' must be ${kind} between ${least} and ${most} but was: ${value}`,
      field,
    );
  }
}

/** Evaluates what a state assigns, all of it with the variables as they were before. */
export async function evaluateAssignment(
  run: Run,
  frame: Frame,
  assign: Assignment,
  field: string,
  scope: Bindings,
): Promise<Record<string, string>> {
  const assigned: Record<string, string> = {};
  for (const [name, template] of assign) {
    assigned[name] = await evaluate(run, frame, template, `${field}/${name}`, scope);
  }
  return assigned;
}

/** Records the failed query and makes it the state's failure; other errors pass through. */
export function queryFailed(run: Run, frame: Frame, error: unknown): unknown {
  if (!(error instanceof QueryFailure)) return error;
  const cause = `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}). ${error.message}`;
  const failure = new StateFailure("States.QueryEvaluationError", cause);
  run.record(frame, "EvaluationFailed", {
    evaluationFailedEventDetails: {
      ...failure.details,
      ...(error.location === undefined ? {} : { location: error.location }),
      state: frame.stateName,
    },
  });
  return failure;
}
