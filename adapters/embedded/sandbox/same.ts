import { isObject, type Json } from "../../../core/template/template.ts";

/**
 * Whether two property values mean the same to CloudFormation, which passes numbers and booleans as text:
 * 1 is "1". The order of keys does not matter, that of a list does.
 */
export function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const [a, b] = [left as readonly Json[], right as readonly Json[]];
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  }
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]))
    );
  }
  return isScalar(left) && isScalar(right) && String(left) === String(right);
}

function isScalar(value: Json | undefined): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
