import { cidrBlocks } from "./cidr.ts";
import type { PseudoParameter, Scope } from "./known.ts";
import { parameterValue, scalarText } from "./parameters.ts";
import { MOST_TEXT, type Piece, pieces } from "./substitution.ts";
import { asAttribute, isObject, type Json, type JsonObject, own } from "./template.ts";
import { isUnknown, type Unknown, unknownsIn, type Value } from "./unknown.ts";

type Result = Value | undefined;
type Function = (argument: Json, scope: Scope) => Result;

/** The functions an expression may call. The logical ones of the Conditions section are in conditions.ts. */
export const INTRINSICS: Readonly<Record<string, Function>> = {
  Ref: ref,
  "Fn::GetAtt": getAtt,
  "Fn::Sub": sub,
  "Fn::Join": join,
  "Fn::Select": select,
  "Fn::Split": split,
  "Fn::If": choose,
  "Fn::FindInMap": findInMap,
  "Fn::Base64": base64,
  "Fn::GetAZs": getAZs,
  "Fn::Cidr": cidr,
  "Fn::ImportValue": importValue,
};

function ref(argument: Json, scope: Scope): Result {
  return typeof argument === "string" ? refer(argument, scope) : scope.unknown("Ref needs a name");
}

function refer(name: string, scope: Scope): Result {
  if (name === "AWS::NoValue") return undefined;
  if (name.startsWith("AWS::"))
    return own(scope.known.pseudo, name as PseudoParameter) ?? scope.unknown(name);
  if (own(scope.template.Parameters, name) !== undefined)
    return parameterValue(scope.template, scope.known.parameters, name) ?? scope.unknown(name);
  if (own(scope.template.Resources, name) === undefined)
    return scope.unknown(`${name} is not in the template`);
  return scope.known.ref?.(name) ?? scope.unknown(name);
}

function getAtt(argument: Json, scope: Scope): Result {
  const attribute = asAttribute(withKnownPath(argument, scope));
  if (attribute === undefined)
    return scope.unknown("Fn::GetAtt needs the name of a resource and an attribute");
  return attributeOf(attribute.logicalId, attribute.attribute, scope);
}

/** The attribute's name may itself be a `Ref` of a parameter. */
function withKnownPath(argument: Json, scope: Scope): Json {
  if (!Array.isArray(argument)) return argument;
  return (argument as readonly Json[]).map((part) =>
    isObject(part) ? (scalarText(scope.evaluate(part)) ?? null) : part,
  );
}

function attributeOf(logicalId: string, attribute: string, scope: Scope): Result {
  if (own(scope.template.Resources, logicalId) === undefined)
    return scope.unknown(`${logicalId} is not in the template`);
  return scope.known.attribute?.(logicalId, attribute) ?? scope.unknown(`${logicalId}.${attribute}`);
}

function sub(argument: Json, scope: Scope): Result {
  const [text, given] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument, {}];
  if (typeof text !== "string" || !isObject(given ?? null)) return scope.unknown("Fn::Sub needs a text");
  const variables = new Map<string, Result>();
  const value = (name: string): Result => {
    if (!Object.hasOwn(given as JsonObject, name)) return named(name, scope);
    if (!variables.has(name)) variables.set(name, scope.evaluate((given as JsonObject)[name] as Json));
    return variables.get(name);
  };
  return concatenate(
    pieces(text).map((piece: Piece) => ("text" in piece ? piece.text : value(piece.name))),
    "",
    scope,
  );
}

function named(name: string, scope: Scope): Result {
  const dot = name.indexOf(".");
  return dot < 0 ? refer(name, scope) : attributeOf(name.slice(0, dot), name.slice(dot + 1), scope);
}

function concatenate(parts: readonly Result[], between: string, scope: Scope): string | Unknown {
  const missing = parts.flatMap(unknownsIn);
  if (missing.length > 0) return scope.unknown(...missing.flatMap((part) => part.because));
  let text = "";
  for (const [i, part] of parts.entries()) {
    text += (i > 0 ? between : "") + (scalarText(part) ?? JSON.stringify(part ?? ""));
    if (text.length > MOST_TEXT) return scope.unknown("the text grows beyond a megabyte");
  }
  return text;
}

function join(argument: Json, scope: Scope): Result {
  const [between, list] = pair(argument);
  if (typeof between !== "string" || list === undefined)
    return scope.unknown("Fn::Join needs a delimiter and a list");
  const parts = scope.evaluate(list);
  if (isUnknown(parts)) return scope.unknown(...parts.because);
  return Array.isArray(parts)
    ? concatenate(parts as readonly Value[], between, scope)
    : scope.unknown("Fn::Join needs a delimiter and a list");
}

function select(argument: Json, scope: Scope): Result {
  const [at, list] = pair(argument).map((part) => (part === undefined ? undefined : scope.evaluate(part)));
  const index = Number(scalarText(at) ?? Number.NaN);
  if (isUnknown(at) || isUnknown(list))
    return scope.unknown(...[at, list].filter(isUnknown).flatMap((part) => part.because));
  if (!Number.isInteger(index) || !Array.isArray(list))
    return scope.unknown("Fn::Select needs an index and a list");
  return (list as readonly Value[])[index] ?? scope.unknown(`Fn::Select has no element ${index}`);
}

function split(argument: Json, scope: Scope): Result {
  const [between, source] = pair(argument);
  const text = source === undefined ? undefined : scope.evaluate(source);
  if (isUnknown(text)) return scope.unknown(...text.because);
  if (typeof between !== "string" || between === "" || scalarText(text) === undefined)
    return scope.unknown("Fn::Split needs a delimiter and a text");
  return (scalarText(text) as string).split(between);
}

function choose(argument: Json, scope: Scope): Result {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== "string")
    return scope.unknown("Fn::If needs a condition and two values");
  const [name, yes, no] = argument as unknown as readonly [string, Json, Json];
  const verdict = scope.condition(name);
  return isUnknown(verdict) ? scope.unknown(...verdict.because) : scope.evaluate(verdict ? yes : no);
}

function findInMap(argument: Json, scope: Scope): Result {
  const keys = Array.isArray(argument)
    ? (argument as readonly Json[]).slice(0, 3).map((part) => scope.evaluate(part))
    : [];
  const missing = keys.filter(isUnknown);
  if (missing.length > 0) return scope.unknown(...missing.flatMap((key) => key.because));
  const [map, first, second] = keys.map(scalarText);
  if (map === undefined || first === undefined || second === undefined)
    return scope.unknown("Fn::FindInMap needs a map and two keys");
  const row = own(own(scope.template.Mappings, map), first);
  const found = isObject(row ?? null) ? own(row as JsonObject, second) : undefined;
  return isMapped(found) ? found : scope.unknown(`no mapping for ${map}::${first}::${second}`);
}

/** A mapping holds a scalar or a list of them. */
function isMapped(found: Json | undefined): found is string | readonly string[] {
  const parts = Array.isArray(found) ? (found as readonly Json[]) : [found];
  return parts.every((part) => scalarText(part) !== undefined);
}

function base64(argument: Json, scope: Scope): Result {
  const value = scope.evaluate(argument);
  const text = scalarText(value);
  if (isUnknown(value)) return scope.unknown(...value.because);
  return text === undefined ? scope.unknown("Fn::Base64 needs a text") : encode(text);
}

function encode(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

function getAZs(argument: Json, scope: Scope): Result {
  const asked = scope.evaluate(argument);
  const region = asked === "" ? own(scope.known.pseudo, "AWS::Region") : asked;
  if (typeof region !== "string") return scope.unknown("AWS::Region");
  return scope.known.availabilityZones?.(region) ?? scope.unknown(`the availability zones of ${region}`);
}

function cidr(argument: Json, scope: Scope): Result {
  const parts = Array.isArray(argument)
    ? (argument as readonly Json[]).map((part) => scope.evaluate(part))
    : [];
  const missing = parts.filter(isUnknown);
  if (missing.length > 0) return scope.unknown(...missing.flatMap((part) => part.because));
  const [block, count, bits] = parts.map(scalarText);
  const blocks =
    block === undefined
      ? undefined
      : cidrBlocks(block, Number(count), bits === undefined ? bits : Number(bits));
  return blocks ?? scope.unknown("Fn::Cidr needs a block, a count it has room for and the bits of a host");
}

function importValue(argument: Json, scope: Scope): Result {
  const name = scope.evaluate(argument);
  if (isUnknown(name)) return scope.unknown(...name.because);
  const text = scalarText(name);
  if (text === undefined) return scope.unknown("Fn::ImportValue needs a name");
  return scope.known.exported?.(text) ?? scope.unknown(`the export ${text}`);
}

function pair(argument: Json): readonly [Json | undefined, Json | undefined] {
  if (!Array.isArray(argument) || argument.length !== 2) return [undefined, undefined];
  return argument as unknown as readonly [Json, Json];
}
