import { itemsOf, possibleValues } from "../template/branches.ts";
import { type Evaluation, evaluation } from "../template/evaluation.ts";
import { asIntrinsic, isObject, type Json, type JsonObject, type Template } from "../template/template.ts";
import { textOf, UNKNOWN } from "../template/texts.ts";
import { isUnknown, toJson, type Value } from "../template/unknown.ts";

/**
 * Conditions under which a statement for everybody is one for somebody ("The meaning of public" of S3's user guide,
 * which IAM Access Analyzer follows for tables as well).
 */
const NARROWING =
  /^aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount|SourceOwner|SourceArn|SourceVpc|SourceVpce|userid)$/i;
const EXACT = /^(String|Arn)(Equals|Like)$/;

/** Whether a policy within these properties lets everybody in. */
export function admitsEverybody(properties: Json, seen: Evaluation): boolean {
  if (Array.isArray(properties)) return properties.some((item: Json) => admitsEverybody(item, seen));
  if (!isObject(properties)) return false;
  return Object.entries(properties).some(([name, value]) =>
    name === "PolicyDocument"
      ? possibleValues(value, seen)
          .map(asDocument)
          .some((document) => admits(document, seen))
      : admitsEverybody(value, seen),
  );
}

/** Whether one document lets everybody in; what is known only at deployment lets nobody in. */
export function documentAdmitsEverybody(document: Json | undefined): boolean {
  if (document === undefined) return false;
  const read = typeof document === "string" ? asDocument(document) : document;
  if (!isObject(read)) return false;
  const seen = evaluation(NO_TEMPLATE);
  return itemsOf(read["Statement"], seen).some(
    (statement) =>
      isObject(statement) && !isTied(statement["Condition"] ?? {}) && isForEverybody(statement, seen),
  );
}

const TYING =
  /^(aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount|SourceOwner|SourceArn|SourceVpc|SourceVpce|SourceIp|VpcSourceIp|userid)|kms:CallerAccount)$/i;

/** Conditions that name something certain, be it with stars around it: a bucket's ARN, an account, a network. */
function isTied(condition: Json): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      !/Not|IfExists|Null/.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(([key, value]) => TYING.test(key) && namesSomething(JSON.stringify(value))),
  );
}

function namesSomething(text: string): boolean {
  if (/0\.0\.0\.0\/0|::\/0/.test(text)) return false;
  return /\d{12}|o-[a-z0-9]{8}|vpce?-|\d+\.\d+\.\d+|arn:aws[a-z-]*:[a-z0-9-]+:[^:"]*:[^:"]*:[^*:"]{2}|Ref|Fn::/.test(
    text,
  );
}

const NO_TEMPLATE: Template = { Resources: {} };

/** A document may be written as text. */
function asDocument(value: Value): Json {
  if (typeof value !== "string") return toJson(value);
  try {
    return JSON.parse(value) as Json;
  } catch {
    return null;
  }
}

function admits(document: Json, seen: Evaluation): boolean {
  if (!isObject(document)) return false;
  return itemsOf(document["Statement"], seen).some(
    (statement) => isObject(statement) && !asIntrinsic(statement) && isForEverybody(statement, seen),
  );
}

function isForEverybody(statement: JsonObject, seen: Evaluation): boolean {
  if (possibleValues(statement["Effect"], seen).every((effect) => effect === "Deny")) return false;
  if (isNarrow(statement["Condition"] ?? {})) return false;
  return statement["NotPrincipal"] !== undefined || namesEverybody(statement["Principal"] ?? null, seen);
}

function namesEverybody(principal: Json, seen: Evaluation): boolean {
  if (isObject(principal) && !asIntrinsic(principal))
    return Object.values(principal).some((inner) => namesEverybody(inner, seen));
  return itemsOf(principal, seen)
    .flatMap((item) => possibleValues(item, seen))
    .some((one) => one === "*" || (isUnknown(one) && mayBeAnything(one.expression)));
}

/** A call that gives an attribute, or fixed text beside the unknown, does not come to a mere star. */
function mayBeAnything(expression: Json): boolean {
  if (asIntrinsic(expression)?.name === "Fn::GetAtt") return false;
  return textOf(expression).replaceAll(UNKNOWN, "") === "";
}

function isNarrow(condition: Json): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      EXACT.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(
        ([key, value]) => NARROWING.test(key) && !JSON.stringify(value).includes("*"),
      ),
  );
}
