import type { Evaluation } from "./evaluation.ts";
import { asIntrinsic, type Json } from "./template.ts";
import { toJson, type Value } from "./unknown.ts";

/** What stands for an expression: of `Fn::If` both branches as long as nobody knows which one is taken. */
export function branchesOf(expression: Json, seen: Evaluation): Json[] {
  const call = asIntrinsic(expression);
  if (call?.name !== "Fn::If" || !Array.isArray(call.argument)) return [expression];
  const [name, ...branches] = call.argument as readonly Json[];
  const verdict = typeof name === "string" ? seen.condition(name) : undefined;
  const open = typeof verdict === "boolean" ? branches.slice(verdict ? 0 : 1, verdict ? 1 : 2) : branches;
  return open.flatMap((branch) => branchesOf(branch, seen));
}

/** Every value an expression may come to; none when it may only be absent. */
export function possibleValues(expression: Json | undefined, seen: Evaluation): Value[] {
  if (expression === undefined) return [];
  return branchesOf(expression, seen)
    .map((branch) => seen.value(branch))
    .filter((value) => value !== undefined);
}

/** The items of a list, wherever conditions stand in it; a single item counts as a list of one. */
export function itemsOf(expression: Json | undefined, seen: Evaluation): Json[] {
  if (expression === undefined) return [];
  return branchesOf(expression, seen).flatMap((branch) => {
    if (Array.isArray(branch)) return (branch as readonly Json[]).flatMap((item) => itemsOf(item, seen));
    const value = asIntrinsic(branch) ? seen.value(branch) : branch;
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as readonly Value[]).map(toJson) : [branch];
  });
}
