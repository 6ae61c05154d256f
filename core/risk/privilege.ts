import { isObject } from "../template/template.ts";

export type Breadth = "everything" | "wildcard-action" | "wildcard-resource" | "narrow";

/** Actions that only look: a wildcard resource is harmless with them, and AWS often demands it. */
const READING = /:(Get|List|Describe|Batch(Get|Check)|Head|Query|Scan|Lookup|View)/;

/** Actions that look at what nobody should see everywhere, or hand out credentials. */
const REVEALING =
  /^(secretsmanager:(Batch)?GetSecretValue|ssm:GetParameters?(ByPath)?$|sts:Get(Federation|Session)Token)/i;

/** Actions whose resource can only be `*`. */
const RESOURCELESS =
  /^(xray:Put|xray:Get|logs:(CreateLogDelivery|PutResourcePolicy)|cloudwatch:PutMetricData|ec2:(Create|Delete|Describe|Assign|Unassign)NetworkInterface|ec2:.*PrivateIpAddresses|ec2:CreateNetworkInterface)/;

const ORDER: readonly Breadth[] = ["narrow", "wildcard-resource", "wildcard-action", "everything"];

/** How wide the widest Allow statement is in whatever policy documents these properties hold. */
export function breadthOf(value: unknown): Breadth {
  return statementsIn(value)
    .map(breadthOfStatement)
    .reduce<Breadth>(
      (widest, breadth) => (ORDER.indexOf(breadth) > ORDER.indexOf(widest) ? breadth : widest),
      "narrow",
    );
}

function breadthOfStatement(statement: Readonly<Record<string, unknown>>): Breadth {
  if (statement["Effect"] !== "Allow") return "narrow";
  // A trust or resource policy names its principals; what it opens is judged by them, not by its resource.
  if (statement["Principal"] !== undefined)
    return isEverybody(statement["Principal"]) && !statement["Condition"] ? "wildcard-action" : "narrow";
  const actions = listOf(statement["Action"]);
  const anything = statement["NotResource"] !== undefined || listOf(statement["Resource"]).includes("*");
  if (statement["NotAction"] !== undefined || actions.some((action) => /^\*(:\*)?$/.test(action)))
    return anything ? "everything" : "wildcard-action";
  if (actions.some((action) => /:\*$/.test(action) || action.includes("iam:*"))) return "wildcard-action";
  const telling = actions.filter((action) => !isHarmless(action));
  return anything && telling.length > 0 ? "wildcard-resource" : "narrow";
}

/** `"*"`, or an account, a service or a user that is. */
function isEverybody(principal: unknown): boolean {
  return principal === "*" || (isObject(principal) && Object.values(principal).flatMap(listOf).includes("*"));
}

function isHarmless(action: string): boolean {
  return (READING.test(action) && !REVEALING.test(action)) || RESOURCELESS.test(action);
}

function statementsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isObject(value)) return [];
  const own =
    value["Effect"] !== undefined && (value["Action"] ?? value["NotAction"]) !== undefined ? [value] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}
