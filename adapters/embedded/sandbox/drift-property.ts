import { CloudError } from "../../../core/cloud/errors.ts";
import { isObject, type Json, type JsonObject } from "../../../core/template/template.ts";
import { kindOf } from "./kinds/kinds.ts";
import { same } from "./same.ts";
import type { ResourceState } from "./state.ts";

/**
 * Changes a property behind the stack's back. `property` is a path such as `Environment.Variables.STAGE`;
 * left out, one that is easily changed is chosen, and without a value the property gets another one.
 * @throws CloudError RequestInvalid
 */
export function driftProperty(resource: ResourceState, property?: string, value?: Json): void {
  const { logicalId, actual } = resource;
  if (actual === undefined)
    throw new CloudError("RequestInvalid", `${logicalId} does not exist any more and cannot drift`);
  const path = (property ?? choose(resource)).split(".");
  const before = path.reduce<Json | undefined>((node, name) => member(node, name), actual);
  if (before === undefined)
    throw new CloudError(
      "RequestInvalid",
      `the template of ${logicalId} sets no ${path.join(".")}, so CloudFormation would not see it drift; it sets ${Object.keys(actual).join(", ")}`,
    );
  const next = value ?? other(before);
  if (same(before, next))
    throw new CloudError("RequestInvalid", `${path.join(".")} of ${logicalId} has that value already`);
  resource.actual = replaced(actual, path, next) as JsonObject;
}

/** A plain property other than the name. */
function choose({ logicalId, type, actual = {} }: ResourceState): string {
  const plain = Object.entries(actual).find(
    ([name, value]) => name !== kindOf(type).name && typeof value !== "object",
  );
  const first = plain?.[0] ?? Object.keys(actual)[0];
  if (first === undefined)
    throw new CloudError("RequestInvalid", `the template of ${logicalId} sets no property that could drift`);
  return first;
}

function other(value: Json): Json {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return /^\d+$/.test(value) ? String(Number(value) + 1) : `${value}-changed`;
  if (Array.isArray(value)) return (value as readonly Json[]).slice(0, -1);
  return {};
}

function member(node: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(node)) return (node as readonly Json[])[Number(name)];
  return isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

function replaced(node: Json | undefined, path: readonly string[], value: Json): Json {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const inner = replaced(member(node, name), rest, value);
  if (Array.isArray(node)) return (node as readonly Json[]).with(Number(name), inner);
  return { ...(node as JsonObject), [name]: inner };
}
