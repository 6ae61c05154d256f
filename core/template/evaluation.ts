import { testCondition } from "./conditions.ts";
import { INTRINSICS } from "./intrinsics.ts";
import type { Known, Scope } from "./known.ts";
import { asIntrinsic, type Json, type JsonObject, own, type Template } from "./template.ts";
import { Unknown, type Value, type ValueObject } from "./unknown.ts";

/** The deepest nesting that is followed; a hand-written template stays below a tenth of it. */
const DEEPEST = 400;

/** A template seen with what is known: ask it for values and conditions, in any order. */
export interface Evaluation {
  /** The value of an expression; undefined when it is AWS::NoValue. */
  value(expression: Json): Value | undefined;
  /** Whether a named condition holds. */
  condition(name: string): boolean | Unknown;
  /** Whether a resource or an output exists at all, by its `Condition`. */
  includes(entry: { readonly Condition?: string }): boolean | Unknown;
  /** The properties of a resource, each as far as it is known. */
  properties(logicalId: string): ValueObject;
}

/**
 * Evaluates a template's intrinsic functions as far as is known. It always answers: what cannot be
 * computed becomes an Unknown in its place, and circular or endlessly nested input does too.
 */
export function evaluation(template: Template, known: Known = {}): Evaluation {
  const verdicts = new Map<string, boolean | Unknown>();

  function condition(name: string, depth = 0): boolean | Unknown {
    const seen = verdicts.get(name);
    if (seen !== undefined) return seen;
    if (depth > DEEPEST) return tooDeep();
    const expression = own(template.Conditions, name);
    if (expression === undefined)
      return new Unknown({ Condition: name }, [`the condition ${name} is not in the template`]);
    // Found again while it is being evaluated, the condition hangs on itself.
    verdicts.set(name, new Unknown({ Condition: name }, [`the condition ${name} refers to itself`]));
    const verdict = testCondition(expression, scopeOf(expression, depth + 1));
    verdicts.set(name, verdict);
    return verdict;
  }

  function scopeOf(node: Json, depth: number): Scope {
    return {
      template,
      known,
      evaluate: (inner) => evaluate(inner, depth + 1),
      condition: (name) => condition(name, depth + 1),
      test: (inner) => (depth > DEEPEST ? tooDeep() : testCondition(inner, scopeOf(inner, depth + 1))),
      unknown: (...because) => new Unknown(node, because),
    };
  }

  function evaluate(node: Json, depth: number): Value | undefined {
    if (typeof node !== "object" || node === null) return node;
    if (depth > DEEPEST) return tooDeep();
    if (Array.isArray(node))
      return (node as readonly Json[])
        .map((item) => evaluate(item, depth + 1))
        .filter((item) => item !== undefined);
    const call = asIntrinsic(node);
    if (call !== undefined) {
      const scope = scopeOf(node, depth);
      return own(INTRINSICS, call.name) === undefined
        ? scope.unknown(`${call.name} is not evaluated`)
        : (INTRINSICS[call.name] as (typeof INTRINSICS)[string])(call.argument, scope);
    }
    return members(node as JsonObject, depth);
  }

  function members(node: JsonObject, depth: number): ValueObject {
    const entries = Object.entries(node).map(([key, inner]) => [key, evaluate(inner, depth + 1)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as ValueObject;
  }

  return {
    value: (expression) => evaluate(expression, 0),
    condition,
    includes: (entry) => (entry.Condition === undefined ? true : condition(entry.Condition)),
    properties: (logicalId) => members(own(template.Resources, logicalId)?.Properties ?? {}, 0),
  };
}

/** Stands without its expression: whoever wrote that out would go too deep as well. */
function tooDeep(): Unknown {
  return new Unknown("…", ["nested too deeply"]);
}
