import { isObject, type Json, type JsonObject } from "../../template/template.ts";
import { listOf, member } from "../json-access.ts";

/** What the `configuration` of a plan tells. */
export interface Configuration {
  /** The resource that an attribute points at. */
  referred(address: string, attribute: string): string | undefined;
  /** The expressions that are written for a resource; undefined when the plan does not hold them. */
  written(address: string): JsonObject | undefined;
}

/** Deeper chains of variables and outputs than any module tree has. */
const DEEPEST = 10;

/** `module.a["x"].aws_s3_bucket.b[0]` without its instance keys. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}

/** Looks references up in the `configuration` of a plan, through variables of modules and their outputs. */
export function configurationOf(
  configuration: Json | undefined,
  addresses: readonly string[],
): Configuration {
  const root = member(configuration, "root_module");
  const byStem = Map.groupBy(addresses, withoutKeys);
  const expressions = new Map<string, { readonly prefix: string; readonly attributes: JsonObject }>();
  const modules = new Map<string, JsonObject>();
  collect(root, "", expressions, modules);

  function resolve(prefix: string, reference: string, depth: number): string | undefined {
    if (depth > DEEPEST) return undefined;
    const [first = "", second = "", third = ""] = reference.split(".");
    if (first === "var") return throughVariable(prefix, second, depth);
    if (first === "module") return throughOutput(`${prefix}module.${second}.`, third, depth);
    const stem = `${prefix}${first === "data" ? `data.${second}.${third}` : `${first}.${second}`}`;
    const [address] = byStem.get(withoutKeys(stem)) ?? [];
    return address;
  }

  function throughVariable(prefix: string, name: string, depth: number): string | undefined {
    const call = modules.get(prefix);
    const parent = prefix.replace(/module\.[^.]+\.$/, "");
    return firstResolved(parent, referencesOf(member(member(call, "expressions"), name)), depth);
  }

  function throughOutput(prefix: string, name: string, depth: number): string | undefined {
    const outputs = member(member(modules.get(prefix), "module"), "outputs");
    return firstResolved(
      prefix,
      referencesOf(member(member(outputs, withoutKeys(name)), "expression")),
      depth,
    );
  }

  function firstResolved(prefix: string, references: readonly string[], depth: number): string | undefined {
    for (const reference of references) {
      const found = resolve(prefix, reference, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function referred(address: string, attribute: string): string | undefined {
    const found = expressions.get(withoutKeys(address));
    if (!found) return undefined;
    const target = firstResolved(found.prefix, referencesOf(member(found.attributes, attribute)), 0);
    return target === undefined ? undefined : sameInstance(address, target, byStem);
  }

  return { referred, written: (address) => expressions.get(withoutKeys(address))?.attributes };
}

/** Where both have instances, the one with the same key. */
function sameInstance(
  address: string,
  target: string,
  byStem: ReadonlyMap<string, readonly string[]>,
): string {
  const key = /\[[^[\]]*\]$/.exec(address)?.[0];
  const others = byStem.get(withoutKeys(target)) ?? [];
  return (key === undefined ? undefined : others.find((other) => other.endsWith(key))) ?? target;
}

function collect(
  module: Json | undefined,
  prefix: string,
  expressions: Map<string, { readonly prefix: string; readonly attributes: JsonObject }>,
  modules: Map<string, JsonObject>,
): void {
  for (const resource of listOf(member(module, "resources"))) {
    const address = member(resource, "address");
    const attributes = member(resource, "expressions");
    if (typeof address === "string" && isObject(attributes ?? null))
      expressions.set(`${prefix}${address}`, { prefix, attributes: attributes as JsonObject });
  }
  const calls = member(module, "module_calls");
  if (!isObject(calls ?? null) || prefix.length > 500) return;
  for (const [name, call] of Object.entries(calls as JsonObject)) {
    if (!isObject(call)) continue;
    const inner = `${prefix}module.${name}.`;
    modules.set(inner, call);
    collect(call["module"], inner, expressions, modules);
  }
}

/** References of an expression, and of the blocks within it. */
function referencesOf(expression: Json | undefined): readonly string[] {
  if (Array.isArray(expression)) return (expression as readonly Json[]).flatMap((item) => referencesOf(item));
  if (!isObject(expression ?? null)) return [];
  const { references } = expression as JsonObject;
  const own = listOf(references).filter((one): one is string => typeof one === "string");
  return own.length > 0
    ? own
    : Object.values(expression as JsonObject).flatMap((inner) => referencesOf(inner));
}
