import type { JsonObject } from "../json.ts";
import type { QueryLanguage } from "./fields.ts";

/** The fields that a state of each type may have. */
export function knownFields(type: string, language: QueryLanguage): ReadonlySet<string> {
  return new Set([
    ...COMMON_FIELDS,
    ...((language === "JSONata" ? JSONATA_FIELDS : NEUTRAL_FIELDS)[type] ?? []),
  ]);
}

const COMMON_FIELDS = ["Type", "Comment", "QueryLanguage"];
const FLOW = ["Next", "End"];
const OUTLET = ["Output", "Assign"];
const FALLIBLE = ["Retry", "Catch"];

const JSONATA_FIELDS: Record<string, readonly string[]> = {
  Pass: [...FLOW, ...OUTLET],
  Task: [
    ...FLOW,
    ...OUTLET,
    ...FALLIBLE,
    "Resource",
    "Arguments",
    "Credentials",
    "TimeoutSeconds",
    "HeartbeatSeconds",
  ],
  Choice: [...OUTLET, "Choices", "Default"],
  Wait: [...FLOW, ...OUTLET, "Seconds", "Timestamp"],
  Succeed: ["Output"],
  Fail: ["Error", "Cause"],
  Parallel: [...FLOW, ...OUTLET, ...FALLIBLE, "Branches", "Arguments"],
  Map: [
    ...FLOW,
    ...OUTLET,
    ...FALLIBLE,
    "Items",
    "ItemSelector",
    "ItemProcessor",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
  ],
};

/** The fields that mean the same in both query languages: a JSONPath state with these alone can be run faithfully. */
const NEUTRAL_FIELDS: Record<string, readonly string[]> = {
  Pass: [...FLOW, "Result"],
  Task: [...FLOW, "Retry", "Resource", "TimeoutSeconds", "HeartbeatSeconds"],
  Wait: [...FLOW, "Seconds", "Timestamp"],
  Succeed: [],
  Fail: ["Error", "Cause"],
  Parallel: [...FLOW, ...FALLIBLE, "Branches"],
  Map: [...FLOW, ...FALLIBLE, "ItemProcessor", "MaxConcurrency"],
};

/** Whether a state of a type can be run faithfully, given the query language it is written in. */
export function isRunnable(type: string, language: QueryLanguage, object: JsonObject): boolean {
  if (language === "JSONata") return true;
  const known = knownFields(type, language);
  return type !== "Choice" && Object.keys(object).every((field) => known.has(field));
}
