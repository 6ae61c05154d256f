import type {
  StackResourceDrift as SdkDrift,
  StackEvent as SdkEvent,
  Stack as SdkStack,
  StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import type { ResourceDrift, Stack, StackEvent, StackResource } from "../../../core/cloud/stack.ts";
import { canonicalJson } from "../../../core/digest.ts";

export function stackOf(stack: SdkStack): Stack {
  return {
    stackId: stack.StackId ?? "",
    name: stack.StackName ?? "",
    status: stack.StackStatus as Stack["status"],
    ...(stack.StackStatusReason ? { statusReason: stack.StackStatusReason } : {}),
    createdAt: instant(stack.CreationTime),
    ...(stack.LastUpdatedTime ? { lastUpdatedAt: instant(stack.LastUpdatedTime) } : {}),
    parameters: record(stack.Parameters, (one) => [one.ParameterKey, one.ParameterValue]),
    outputs: record(stack.Outputs, (one) => [one.OutputKey, one.OutputValue]),
    tags: record(stack.Tags, (one) => [one.Key, one.Value]),
  };
}

export function resourceOf(resource: StackResourceSummary): StackResource {
  return {
    logicalId: resource.LogicalResourceId ?? "",
    physicalId: resource.PhysicalResourceId ?? "",
    type: resource.ResourceType ?? "",
    status: resource.ResourceStatus as StackResource["status"],
  };
}

export function eventOf(event: SdkEvent): StackEvent {
  return {
    eventId: event.EventId ?? "",
    stackId: event.StackId ?? "",
    at: instant(event.Timestamp),
    logicalId: event.LogicalResourceId ?? "",
    physicalId: event.PhysicalResourceId ?? "",
    type: event.ResourceType ?? "",
    status: event.ResourceStatus as StackEvent["status"],
    ...(event.ResourceStatusReason ? { reason: event.ResourceStatusReason } : {}),
  };
}

const CHECKED: ReadonlySet<string> = new Set(["IN_SYNC", "MODIFIED", "DELETED"]);

/** What CloudFormation could not check (UNKNOWN, UNSUPPORTED) is NOT_CHECKED. */
export function driftOf(logicalId: string, drift: SdkDrift | undefined): ResourceDrift {
  const status = drift?.StackResourceDriftStatus ?? "";
  const differences = (drift?.PropertyDifferences ?? []).map((one) => ({
    path: one.PropertyPath ?? "",
    expected: compact(one.ExpectedValue),
    actual: compact(one.ActualValue),
  }));
  return {
    logicalId,
    status: CHECKED.has(status) ? (status as ResourceDrift["status"]) : "NOT_CHECKED",
    differences: differences.sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** CloudFormation writes texts bare and everything else as JSON, with its keys in no fixed order. */
function compact(value: string | undefined): string {
  if (value === undefined) return "null";
  try {
    return canonicalJson(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}

export function instant(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}

/** A list of keys and values as a record, in the order of its keys. */
export function record<Item>(
  list: readonly Item[] | undefined,
  entry: (item: Item) => [string | undefined, string | undefined],
): Readonly<Record<string, string>> {
  const entries = (list ?? []).map(entry).map(([key, value]) => [key ?? "", value ?? ""] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
