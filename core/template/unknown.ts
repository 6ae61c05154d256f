import type { Json } from "./template.ts";

/**
 * What a template says that cannot be known yet: a physical id before the resource exists, a parameter
 * without a value, a function used wrongly. It keeps its place in the result instead of failing the whole.
 */
export class Unknown {
  /** The expression as the template writes it. */
  readonly expression: Json;
  /** What is missing, one entry each: `Table.Arn`, `Stage`, `Fn::Select has no element 3`. */
  readonly because: readonly string[];

  constructor(expression: Json, because: readonly string[]) {
    this.expression = expression;
    this.because = [...new Set(because)];
  }

  /** Written out, an unknown value is the expression it stands for. */
  toJSON(): Json {
    return this.expression;
  }
}

/** What an expression evaluates to. `undefined` stands for AWS::NoValue: the property is not there at all. */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | ValueObject;

export interface ValueObject {
  readonly [key: string]: Value;
}

export function isUnknown(value: Value | undefined): value is Unknown {
  return value instanceof Unknown;
}

/** Everything unknown inside a value, outermost first. */
export function unknownsIn(value: Value | undefined): readonly Unknown[] {
  if (value instanceof Unknown) return [value];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(unknownsIn);
  if (typeof value === "object" && value !== null)
    return Object.values(value as ValueObject).flatMap(unknownsIn);
  return [];
}

/** The value with every unknown written out as its expression, so that it can be stored or compared as JSON. */
export function toJson(value: Value): Json {
  if (value instanceof Unknown) return value.expression;
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}
