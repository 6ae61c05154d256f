import type { Json } from "../json.ts";
import { isObject } from "../json.ts";
import { compileExpression, type Expression } from "./expression.ts";

/** A field's value as written in a definition, with its `{% … %}` strings compiled. */
export type Template =
  | { readonly kind: "constant"; readonly value: Json; readonly text: string }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "array"; readonly items: readonly Template[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Template])[] };

/** Called with where in the field an expression stands and why it cannot be compiled. */
type Complaint = (path: string, why: string) => void;

/** Whether a string is JSONata rather than text: it begins with `{%` and ends with `%}`, nothing around. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("{%") && value.endsWith("%}") && value.length >= 4;
}

export function constant(value: Json): Template {
  return { kind: "constant", value, text: JSON.stringify(value) };
}

/** Compiles a field; expressions that do not compile are reported and stand for null. */
export function compileTemplate(value: Json, path: string, complain: Complaint): Template {
  if (isExpression(value)) {
    const compiled = compileExpression(value.slice(2, -2).trim());
    if (!("why" in compiled)) return { kind: "expression", expression: compiled };
    complain(path, compiled.why);
    return constant(null);
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, `${path}[${index}]`, complain));
    return items.every(isConstant) ? constant(value) : { kind: "array", items };
  }
  if (isObject(value)) {
    const fields = Object.entries(value).map(
      ([key, item]) => [key, compileTemplate(item, `${path}/${key}`, complain)] as const,
    );
    return fields.every(([, field]) => isConstant(field)) ? constant(value) : { kind: "object", fields };
  }
  return constant(value);
}

function isConstant(template: Template): boolean {
  return template.kind === "constant";
}

/** Every expression of a template, with where it stands in its field. */
export function* expressionsOf(template: Template, path: string): Generator<[string, Expression]> {
  if (template.kind === "expression") yield [path, template.expression];
  if (template.kind === "array") {
    for (const [index, item] of template.items.entries()) yield* expressionsOf(item, `${path}[${index}]`);
  }
  if (template.kind === "object") {
    for (const [key, field] of template.fields) yield* expressionsOf(field, `${path}/${key}`);
  }
}
