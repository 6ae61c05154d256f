import type { Scope } from "./known.ts";
import { scalarText } from "./parameters.ts";
import { asIntrinsic, isObject, type Json } from "./template.ts";
import { isUnknown, type Unknown, type Value } from "./unknown.ts";

type Verdict = boolean | Unknown;

/** `Fn::And` takes 2 to 10 conditions, and so does `Fn::Or`. */
const MOST_CONDITIONS = 10;

/** A condition as the Conditions section writes it: a function, or `{"Condition": name}`. */
export function testCondition(node: Json, scope: Scope): Verdict {
  if (isObject(node) && Object.keys(node).length === 1 && typeof node["Condition"] === "string")
    return scope.condition(node["Condition"]);
  const call = asIntrinsic(node);
  switch (call?.name) {
    case "Fn::Equals":
      return equals(call.argument, scope);
    case "Fn::Not":
      return not(call.argument, scope);
    case "Fn::And":
      return combine(call.argument, scope, false);
    case "Fn::Or":
      return combine(call.argument, scope, true);
    default:
      return truth(scope.evaluate(node), scope);
  }
}

function equals(argument: Json, scope: Scope): Verdict {
  if (!Array.isArray(argument) || argument.length !== 2) return scope.unknown("Fn::Equals needs two values");
  const [left, right] = (argument as readonly Json[]).map((side) => scope.evaluate(side));
  const missing = [left, right].filter(isUnknown);
  if (missing.length > 0) return scope.unknown(...missing.flatMap((side) => side.because));
  return comparable(left) === comparable(right);
}

/** CloudFormation compares text: 1 equals "1". */
function comparable(value: Value | undefined): string {
  return scalarText(value) ?? JSON.stringify(value ?? null);
}

function not(argument: Json, scope: Scope): Verdict {
  if (!Array.isArray(argument) || argument.length !== 1) return scope.unknown("Fn::Not needs one condition");
  const inner = scope.test((argument as readonly Json[])[0] as Json);
  return isUnknown(inner) ? inner : !inner;
}

/** One `decisive` answer decides, whatever else is unknown. */
function combine(argument: Json, scope: Scope, decisive: boolean): Verdict {
  if (!Array.isArray(argument) || argument.length < 1 || argument.length > MOST_CONDITIONS)
    return scope.unknown(`${decisive ? "Fn::Or" : "Fn::And"} needs 2 to 10 conditions`);
  const verdicts = (argument as readonly Json[]).map((inner) => scope.test(inner));
  if (verdicts.includes(decisive)) return decisive;
  const missing = verdicts.filter((verdict) => typeof verdict !== "boolean");
  return missing.length > 0 ? scope.unknown(...missing.flatMap((verdict) => verdict.because)) : !decisive;
}

function truth(value: Value | undefined, scope: Scope): Verdict {
  if (isUnknown(value)) return value;
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : scope.unknown("not a condition");
}
