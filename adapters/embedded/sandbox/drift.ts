import type { ResourceDrift } from "../../../core/cloud/stack.ts";
import { isObject, type Json } from "../../../core/template/template.ts";
import { same } from "./same.ts";
import { currentResource, type ResourceState, type StackState } from "./state.ts";

/** Types CloudFormation cannot read back. */
const UNREADABLE = ["Custom::", "AWS::CloudFormation::", "AWS::CDK::"];

/** Compares a resource with what its stack asked of it; only properties the template sets are compared. */
export function driftOf(stack: StackState, logicalId: string): ResourceDrift {
  const resource = currentResource(stack, logicalId);
  if (resource === undefined || !canBeChecked(resource))
    return { logicalId, status: "NOT_CHECKED", differences: [] };
  if (resource.actual === undefined) return { logicalId, status: "DELETED", differences: [] };
  const differences = compare(resource.expected, resource.actual, "");
  return { logicalId, status: differences.length > 0 ? "MODIFIED" : "IN_SYNC", differences };
}

/** What was never made, or what the stack itself deleted, cannot have drifted. */
function canBeChecked({ type, physicalId, status }: ResourceState): boolean {
  const readable = !UNREADABLE.some((prefix) => type.startsWith(prefix));
  return readable && physicalId !== "" && status !== "DELETE_COMPLETE";
}

type Differences = ResourceDrift["differences"];

function compare(expected: Json | undefined, actual: Json | undefined, path: string): Differences {
  if (same(expected, actual)) return [];
  if (isObject(expected) && isObject(actual)) return compareMembers(expected, actual, path);
  if (Array.isArray(expected) && Array.isArray(actual))
    return compareMembers(byIndex(expected), byIndex(actual), path);
  return [{ path, expected: JSON.stringify(expected ?? null), actual: JSON.stringify(actual ?? null) }];
}

function byIndex(list: readonly Json[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(list.entries());
}

function compareMembers(
  expected: Readonly<Record<string, Json>>,
  actual: Readonly<Record<string, Json>>,
  path: string,
): Differences {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return names.flatMap((name) => compare(expected[name], actual[name], `${path}/${name}`));
}
