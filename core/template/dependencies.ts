import { pieces } from "./substitution.ts";
import {
  asAttribute,
  asIntrinsic,
  type Json,
  own,
  type Template,
  type TemplateResource,
} from "./template.ts";

/** One mention of a name: `Ref`, `Fn::GetAtt` (then with the attribute) or `DependsOn`. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/** Every name an expression mentions, in the order of the text, whatever branch a condition would take. */
export function references(expression: Json): readonly Reference[] {
  const found: Reference[] = [];
  const open: Json[] = [expression];
  while (open.length > 0) {
    const node = open.pop() as Json;
    if (typeof node !== "object" || node === null) continue;
    const call = asIntrinsic(node);
    found.push(...(call === undefined ? [] : mentions(call.name, call.argument)));
    for (const inner of Object.values(node).reverse()) open.push(inner as Json);
  }
  return found;
}

function mentions(name: string, argument: Json): readonly Reference[] {
  if (name === "Ref" && typeof argument === "string") return [{ name: argument }];
  if (name === "Fn::Sub") return substituted(argument);
  if (name !== "Fn::GetAtt") return [];
  const attribute = asAttribute(argument);
  if (attribute !== undefined) return [{ name: attribute.logicalId, attribute: attribute.attribute }];
  const first = Array.isArray(argument) ? (argument as readonly Json[])[0] : undefined;
  return typeof first === "string" ? [{ name: first, attribute: "" }] : [];
}

function substituted(argument: Json): readonly Reference[] {
  const [text, given] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
  if (typeof text !== "string") return [];
  const variables = typeof given === "object" && given !== null ? Object.keys(given) : [];
  const names = pieces(text).flatMap((piece) => ("name" in piece ? [piece.name] : []));
  return names.filter((name) => !variables.includes(name)).map(named);
}

function named(name: string): Reference {
  const dot = name.indexOf(".");
  return dot < 0 ? { name } : { name: name.slice(0, dot), attribute: name.slice(dot + 1) };
}

/** What a resource waits for: the resources its properties mention and those of `DependsOn`. */
export function dependencies(template: Template): ReadonlyMap<string, readonly string[]> {
  const entries = Object.entries(template.Resources).map(
    ([logicalId, resource]) => [logicalId, dependenciesOf(template, resource)] as const,
  );
  return new Map(entries);
}

function dependenciesOf(template: Template, resource: TemplateResource): readonly string[] {
  const mentioned = references(resource.Properties ?? {}).map((reference) => reference.name);
  const names = [...mentioned, ...explicit(resource)];
  return [...new Set(names)].filter((name) => own(template.Resources, name) !== undefined);
}

/** The names in `DependsOn`, which may be one or a list. */
export function explicit(resource: TemplateResource): readonly string[] {
  const names = resource.DependsOn ?? [];
  return (Array.isArray(names) ? (names as readonly string[]) : [names as string]).filter(
    (name) => typeof name === "string",
  );
}

export type Order =
  | { readonly order: readonly string[] }
  /** Those that wait for one another, directly or through others. */
  | { readonly circular: readonly string[] };

/** An order in which everything comes after what it waits for; among equals, the order of the input. */
export function inOrder(waitsFor: ReadonlyMap<string, readonly string[]>): Order {
  const names = [...waitsFor.keys()];
  const rank = new Map(names.map((name, i) => [name, i]));
  const missing = new Map(names.map((name) => [name, neededBy(name, waitsFor).length]));
  const waiting = reversed(waitsFor);
  const order: string[] = [];
  let ready = names.filter((name) => missing.get(name) === 0);
  while (ready.length > 0) {
    const next: string[] = [];
    for (const name of ready) {
      order.push(name);
      for (const other of waiting.get(name) ?? []) {
        const left = (missing.get(other) as number) - 1;
        missing.set(other, left);
        if (left === 0) next.push(other);
      }
    }
    ready = next.sort((a, b) => (rank.get(a) as number) - (rank.get(b) as number));
  }
  if (order.length === names.length) return { order };
  const placed = new Set(order);
  return {
    circular: knot(
      names.filter((name) => !placed.has(name)),
      waitsFor,
    ),
  };
}

function neededBy(name: string, waitsFor: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set(waitsFor.get(name))].filter((other) => waitsFor.has(other));
}

/** Who waits for whom, turned around. */
export function reversed(waitsFor: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string[]> {
  const waiting = new Map<string, string[]>();
  for (const name of waitsFor.keys())
    for (const other of neededBy(name, waitsFor)) waiting.set(other, [...(waiting.get(other) ?? []), name]);
  return waiting;
}

/** Leaves out those that merely wait for the knot without being part of it. */
function knot(names: readonly string[], waitsFor: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let left = [...names];
  for (;;) {
    const needed = new Set(left.flatMap((name) => waitsFor.get(name) ?? []));
    const next = left.filter((name) => needed.has(name));
    if (next.length === left.length) return left;
    left = next;
  }
}
