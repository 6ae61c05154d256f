import type { Json, JsonObject } from "../json.ts";
import type { Evaluator } from "./evaluator.ts";
import { type Bindings, describe, type Expression } from "./expression.ts";
import type { EvaluationOutcome } from "./outcome.ts";
import type { Template } from "./template.ts";

/** A query that failed; the message is what the service says after naming the state. */
export class QueryFailure extends Error {
  override readonly name = "QueryFailure";
  /** The field, with the way into it, that could not be evaluated. */
  readonly location: string | undefined;

  constructor(message: string, location?: string) {
    super(message);
    this.location = location;
  }
}

/** Evaluates a field to JSON text; throws QueryFailure. */
export async function evaluateToText(
  evaluator: Evaluator,
  template: Template,
  field: string,
  bindings: Bindings,
): Promise<string> {
  if (template.kind === "constant") return template.text;
  if (template.kind === "expression")
    return evaluateExpression(evaluator, template.expression, field, bindings);
  const parts: string[] = [];
  if (template.kind === "array") {
    for (const [index, item] of template.items.entries()) {
      parts.push(await evaluateToText(evaluator, item, `${field}[${index}]`, bindings));
    }
    return `[${parts.join(",")}]`;
  }
  for (const [key, value] of template.fields) {
    parts.push(
      `${JSON.stringify(key)}:${await evaluateToText(evaluator, value, `${field}/${key}`, bindings)}`,
    );
  }
  return `{${parts.join(",")}}`;
}

/** Evaluates a field whose value must be of one JSON type; throws QueryFailure. */
export async function evaluateToType<T extends TypeName>(
  evaluator: Evaluator,
  type: T,
  template: Template,
  field: string,
  bindings: Bindings,
): Promise<Typed[T]> {
  const text = await evaluateToText(evaluator, template, field, bindings);
  return ofType(type, JSON.parse(text), template, field);
}

/** The value of a field where it is of a JSON type; throws QueryFailure where it is not. */
export function ofType<T extends TypeName>(
  type: T,
  value: Json,
  template: Template,
  field: string,
): Typed[T] {
  if (typeName(value) === type) return value as Typed[T];
  const what =
    template.kind === "expression" ? `JSONata expression '${template.expression.source}'` : "value";
  throw new QueryFailure(
    `The ${what} specified for the field '${field}' returned an unexpected result type. Expected '${type}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

interface Typed {
  object: JsonObject;
  array: readonly Json[];
  boolean: boolean;
  number: number;
  string: string;
}

type TypeName = keyof Typed;

function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

async function evaluateExpression(
  evaluator: Evaluator,
  expression: Expression,
  field: string,
  bindings: Bindings,
): Promise<string> {
  const where = `The JSONata expression '${expression.source}' specified for the field '${field}'`;
  let outcome: EvaluationOutcome;
  try {
    outcome = await evaluator.evaluate(expression, bindings);
  } catch (error) {
    // JSONata's own errors, which have a code, are sentences of their own.
    const separator = (error as { code?: string }).code ? "." : ":";
    throw new QueryFailure(`${where} threw an error during evaluation${separator} ${describe(error)}`, field);
  }
  if ("text" in outcome) return outcome.text;
  const what = "nothing" in outcome ? "nothing (undefined)" : "an unsupported result type";
  throw new QueryFailure(`${where} returned ${what}.`, field);
}
