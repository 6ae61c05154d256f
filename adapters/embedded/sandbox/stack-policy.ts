import { STACK_POLICY_BYTES } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { isObject, type Json, type JsonObject } from "../../../core/template/template.ts";

export type UpdateAction = "Update:Modify" | "Update:Replace" | "Update:Delete";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly NotResource: readonly string[];
  readonly types: readonly string[];
}

const ACTIONS = ["Update:Modify", "Update:Replace", "Update:Delete", "Update:*"];

/** @throws CloudError RequestInvalid when CloudFormation would not take the document. */
export function checkPolicy(policy: string): void {
  if (Buffer.byteLength(policy) > STACK_POLICY_BYTES)
    throw new CloudError(
      "RequestInvalid",
      `1 validation error detected: Value at 'stackPolicyBody' failed to satisfy constraint: Member must have length less than or equal to ${STACK_POLICY_BYTES}`,
    );
  if (statements(policy) === undefined)
    throw new CloudError(
      "RequestInvalid",
      "Error validating stack policy: Invalid stack policy. It needs a Statement list, each with Effect, Action Update:…, Principal * and Resource LogicalResourceId/….",
    );
}

/**
 * Why the policy does not let an update do this to a resource, in CloudFormation's words. Once a stack has a
 * policy everything is denied that no statement allows; a Deny outweighs every Allow.
 */
export function denial(
  policy: string | undefined,
  action: UpdateAction,
  resource: { readonly logicalId: string; readonly type: string },
): string | undefined {
  const all = policy === undefined ? [] : (statements(policy) ?? []);
  if (all.length === 0) return undefined;
  const target = `LogicalResourceId/${resource.logicalId}`;
  const matching = all.map((statement) => matches(statement, action, target, resource.type));
  const deny = all.findIndex((statement, i) => matching[i] === true && statement.Effect === "Deny");
  if (deny >= 0)
    return `Action denied by stack policy: Statement [#${deny + 1}] does not allow [${action}] for resource [${target}]`;
  if (all.some((statement, i) => matching[i] === true && statement.Effect === "Allow")) return undefined;
  return `Action not allowed by stack policy: no statement allows [${action}] for resource [${target}]`;
}

function matches(statement: Statement, action: string, target: string, type: string): boolean {
  const acts = statement.Action.some((pattern) => wildcard(pattern, action));
  const named =
    statement.Resource.length > 0
      ? statement.Resource.some((pattern) => wildcard(pattern, target))
      : !statement.NotResource.some((pattern) => wildcard(pattern, target));
  const typed = statement.types.length === 0 || statement.types.some((pattern) => wildcard(pattern, type));
  return acts && named && typed;
}

/** `*` stands for any text. Matched part by part: a pattern made into an expression could be made to hang. */
function wildcard(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = rest[rest.length - 1] as string;
  return text.length - at >= last.length && text.endsWith(last);
}

function statements(policy: string): readonly Statement[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    return undefined;
  }
  if (!isObject(document)) return undefined;
  if (Object.keys(document).length === 0) return [];
  const list = document["Statement"];
  const all = (Array.isArray(list) ? list : []).map((entry: Json) => statement(entry));
  return all.length > 0 && all.every((entry) => entry !== undefined) ? all : undefined;
}

function statement(entry: Json): Statement | undefined {
  if (!isObject(entry)) return undefined;
  const { Effect, Principal } = entry;
  const Action = texts(entry["Action"]);
  const Resource = texts(entry["Resource"]);
  const NotResource = texts(entry["NotResource"]);
  const valid =
    (Effect === "Allow" || Effect === "Deny") &&
    Principal === "*" &&
    Action.length > 0 &&
    Action.every((action) => ACTIONS.includes(action)) &&
    Resource.length + NotResource.length > 0 &&
    [...Resource, ...NotResource].every((one) => one === "*" || one.startsWith("LogicalResourceId/"));
  if (!valid) return undefined;
  return { Effect, Action, Resource, NotResource, types: resourceTypes(entry["Condition"]) };
}

function resourceTypes(condition: Json | undefined): readonly string[] {
  if (!isObject(condition)) return [];
  const tests = [condition["StringEquals"], condition["StringLike"]].filter(isObject) as JsonObject[];
  return tests.flatMap((test) => texts(test["ResourceType"]));
}

function texts(value: Json | undefined): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.filter((one): one is string => typeof one === "string");
}
