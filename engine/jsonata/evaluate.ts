import type { Json, JsonObject } from "../json.ts";
import { type Bindings, describe, type Expression } from "./expression.ts";
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
export async function evaluateToText(template: Template, field: string, bindings: Bindings): Promise<string> {
  if (template.kind === "constant") return template.text;
  if (template.kind === "expression") return evaluateExpression(template.expression, field, bindings);
  const parts: string[] = [];
  if (template.kind === "array") {
    for (const [index, item] of template.items.entries()) {
      parts.push(await evaluateToText(item, `${field}[${index}]`, bindings));
    }
    return `[${parts.join(",")}]`;
  }
  for (const [key, value] of template.fields) {
    parts.push(`${JSON.stringify(key)}:${await evaluateToText(value, `${field}/${key}`, bindings)}`);
  }
  return `{${parts.join(",")}}`;
}

/** Evaluates a field whose value must be of one JSON type; throws QueryFailure. */
export async function evaluateToType<T extends TypeName>(
  type: T,
  template: Template,
  field: string,
  bindings: Bindings,
): Promise<Typed[T]> {
  const text = await evaluateToText(template, field, bindings);
  const value: Json = JSON.parse(text);
  if (typeName(value) === type) return value as Typed[T];
  const what =
    template.kind === "expression" ? `JSONata expression '${template.expression.source}'` : "value";
  throw new QueryFailure(
    `The ${what} specified for the field '${field}' returned an unexpected result type. Expected '${type}', but was '${typeName(value)}' for value: ${text}`,
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
  expression: Expression,
  field: string,
  bindings: Bindings,
): Promise<string> {
  const where = `The JSONata expression '${expression.source}' specified for the field '${field}'`;
  let result: unknown;
  try {
    result = await expression.evaluate(bindings);
  } catch (error) {
    throw new QueryFailure(`${where} threw an error during evaluation. ${describe(error)}`, field);
  }
  if (result === undefined) throw new QueryFailure(`${where} returned nothing (undefined).`, field);
  const text = toText(result);
  if (text === undefined) throw new QueryFailure(`${where} returned an unsupported result type.`, field);
  return text;
}

/** The JSON text of a result; undefined when it is or holds a function. */
function toText(result: unknown): string | undefined {
  if (typeof result === "function") return undefined;
  try {
    const text: string | undefined = JSON.stringify(result);
    // JSONata's functions are objects with such a mark; only a text that mentions it needs a closer look.
    return text?.includes('"_jsonata_') && holdsFunction(result) ? undefined : text;
  } catch {
    // The closure of a lambda refers to itself.
    return undefined;
  }
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  const marks = value as { _jsonata_lambda?: unknown; _jsonata_function?: unknown };
  if (marks._jsonata_lambda === true || marks._jsonata_function === true) return true;
  return Object.values(value).some(holdsFunction);
}
