import { isObject, type Json, type JsonObject } from "../json.ts";
import type { QueryLanguage } from "./fields.ts";

/** The fields that a state of each type may have. */
export function knownFields(type: string, language: QueryLanguage): ReadonlySet<string> {
  const fields = language === "JSONata" ? JSONATA_FIELDS : NEUTRAL_FIELDS;
  return new Set([...COMMON_FIELDS, ...((Object.hasOwn(fields, type) && fields[type]) || [])]);
}

const COMMON_FIELDS = ["Type", "Comment", "QueryLanguage"];
const FLOW = ["Next", "End"];
const OUTLET = ["Output", "Assign"];
const FALLIBLE = ["Retry", "Catch"];

/** The fields that only a distributed Map has: known, to be refused with a reason of their own. */
export const DISTRIBUTED_FIELDS = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"] as const;

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
    "Iterator",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    ...DISTRIBUTED_FIELDS,
  ],
};

/**
 * The fields that mean the same in both query languages: a JSONPath state with these alone can be run faithfully.
 * `Result` and `Assign` are among them as long as they hold no path.
 */
const NEUTRAL_FIELDS: Record<string, readonly string[]> = {
  Pass: [...FLOW, "Result", "Assign"],
  Task: [...FLOW, ...FALLIBLE, "Assign", "Resource", "TimeoutSeconds", "HeartbeatSeconds"],
  Wait: [...FLOW, "Assign", "Seconds", "Timestamp"],
  Succeed: [],
  Fail: ["Error", "Cause"],
  Parallel: [...FLOW, ...FALLIBLE, "Assign", "Branches"],
  Map: [...FLOW, ...FALLIBLE, "Assign", "ItemProcessor", "MaxConcurrency"],
};

/** The fields that keep a state from being run faithfully, given the query language it is written in. */
export function foreignFields(type: string, language: QueryLanguage, object: JsonObject): string[] {
  if (language === "JSONata") return [];
  const known = knownFields(type, language);
  const foreign = Object.keys(object).filter((field) => !known.has(field));
  return hasPath(object["Assign"]) ? [...foreign, "Assign"] : foreign;
}

/** Whether a JSONPath template has a key that ends with `.$`: then its value is a path and not a literal. */
function hasPath(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasPath);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, inner]) => key.endsWith(".$") || hasPath(inner));
}
