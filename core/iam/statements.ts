import { isObject, type Json, type JsonObject } from "../template/template.ts";

/** One statement of a policy, its single values as lists. What only the deployment knows is "…" in a text. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Exactly one of these two is there, and of the next two. */
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals: readonly Principal[];
  readonly isForAllBut: boolean;
  readonly conditions: JsonObject;
}

export interface Principal {
  readonly kind: "AWS" | "Service" | "Federated" | "CanonicalUser";
  readonly id: string;
}

/** Stands in a text for what only the deployment knows. */
export const LATER = "…";

/** The statements of a policy document, given as JSON or as text; what is no statement is left out. */
export function statementsOf(document: Json | undefined): Statement[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  if (!isObject(parsed ?? null)) return [];
  const { Statement: written } = parsed as JsonObject;
  const list = Array.isArray(written) ? (written as readonly Json[]) : [written ?? null];
  return list.flatMap((one) => (isObject(one) && isStatement(one) ? [statementOf(one)] : []));
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isStatement(one: JsonObject): boolean {
  return one["Effect"] === "Allow" || one["Effect"] === "Deny";
}

function statementOf(one: JsonObject): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = one;
  return {
    effect: Effect as Statement["effect"],
    ...(NotAction === undefined ? { actions: textsIn(Action) } : { notActions: textsIn(NotAction) }),
    ...(NotResource === undefined
      ? { resources: textsIn(Resource) }
      : { notResources: textsIn(NotResource) }),
    principals: principalsIn(Principal),
    isForAllBut: NotPrincipal !== undefined,
    conditions: isObject(Condition ?? null) ? (Condition as JsonObject) : {},
  };
}

function principalsIn(value: Json | undefined): Principal[] {
  if (value === undefined) return [];
  if (!isObject(value)) return textsIn(value).map((id) => ({ kind: "AWS", id }));
  const kinds = ["AWS", "Service", "Federated", "CanonicalUser"] as const;
  return kinds.flatMap((kind) => textsIn(value[kind]).map((id) => ({ kind, id })));
}

/** Texts of one value or a list of them, calls with what is known of them. */
export function textsIn(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => textsIn(item));
  return [textIn(value)];
}

function textIn(value: Json): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [name = "", argument] = Object.entries(value)[0] ?? [];
  if (name === "Fn::Join") return joined(argument as Json);
  if (name === "Fn::Sub") return substituted(argument as Json);
  if (name === "Ref" && argument === "AWS::Partition") return "aws";
  return LATER;
}

function joined(argument: Json): string {
  const [between, parts] = Array.isArray(argument) ? (argument as readonly Json[]) : [];
  return Array.isArray(parts) && typeof between === "string"
    ? (parts as readonly Json[]).map(textIn).join(between)
    : LATER;
}

function substituted(argument: Json): string {
  const text = Array.isArray(argument) ? (argument as readonly Json[])[0] : argument;
  if (typeof text !== "string") return LATER;
  return text.replace(/\$\{AWS::Partition\}/g, "aws").replace(/\$\{[^!}][^}]*\}/g, LATER);
}
