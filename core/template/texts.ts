import { asIntrinsic, isObject, type Json, type Template } from "./template.ts";

/** Stands for what only the deployment knows. */
export const UNKNOWN = "…";

/** Something a template gives a name to; what has none is called after its section. */
export interface Entry {
  readonly section: keyof Template;
  readonly name: string;
  readonly value: Json;
}

const NAMED_SECTIONS = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"] as const;
const WHOLE_SECTIONS = ["Metadata", "Rules", "Transform", "Description"] as const;

/** All that a template says, entry by entry. */
export function entriesOf(template: Template): Entry[] {
  return [
    ...NAMED_SECTIONS.flatMap((section) =>
      Object.entries((template[section] ?? {}) as Readonly<Record<string, Json>>).map(([name, value]) => ({
        section,
        name,
        value,
      })),
    ),
    ...WHOLE_SECTIONS.flatMap((section) => {
      const value = template[section];
      return value === undefined ? [] : [{ section, name: section, value }];
    }),
  ];
}

/**
 * Every text in a value, names of members included. What `Fn::Join` and `Fn::Sub` put together counts as put
 * together and not by its parts: a rule about texts is not to be got around by cutting them up.
 */
export function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => textsIn(item));
  if (!isObject(value)) return [];
  const call = asIntrinsic(value);
  if (call?.name === "Fn::Join") return [textOf(value), ...withinParts(partsOf(call.argument))];
  if (call?.name === "Fn::Sub")
    return [textOf(value), ...withinParts(Object.values(variablesOf(call.argument)))];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

function withinParts(parts: readonly Json[]): string[] {
  return parts.filter((part) => typeof part !== "string").flatMap(textsIn);
}

/** The one text a value comes to, as far as the template says. */
export function textOf(value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const call = asIntrinsic(value);
  if (call?.name === "Fn::Join") return partsOf(call.argument).map(textOf).join(delimiterOf(call.argument));
  return call?.name === "Fn::Sub" ? substituted(call.argument) : UNKNOWN;
}

function delimiterOf(argument: Json): string {
  const [delimiter] = Array.isArray(argument) ? (argument as readonly Json[]) : [];
  return typeof delimiter === "string" ? delimiter : UNKNOWN;
}

/** A list that is itself a call is known only when the template is deployed. */
function partsOf(argument: Json): readonly Json[] {
  const list = Array.isArray(argument) ? (argument as readonly Json[])[1] : undefined;
  return Array.isArray(list) ? (list as readonly Json[]) : [list ?? UNKNOWN];
}

function substituted(argument: Json): string {
  const [text] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
  const variables = variablesOf(argument);
  if (typeof text !== "string") return UNKNOWN;
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    return Object.hasOwn(variables, name) ? textOf(variables[name] as Json) : UNKNOWN;
  });
}

function variablesOf(argument: Json): Readonly<Record<string, Json>> {
  const variables = Array.isArray(argument) ? (argument as readonly Json[])[1] : undefined;
  return isObject(variables) ? variables : {};
}
