import { isObject, type Json, type JsonObject } from "../../template/template.ts";

/** How the attributes of one Terraform type become CloudFormation's properties; what is not said follows the general rule. */
export interface Shape {
  /** Attributes whose name CloudFormation spells in its own way. */
  readonly names?: Readonly<Record<string, string>>;
  /** Blocks that Terraform writes as a list of one. */
  readonly single?: readonly string[];
  /** What is left to do when names and blocks are done. */
  readonly finish?: (properties: JsonObject, attributes: JsonObject) => JsonObject;
}

/** Attributes that hold a map of somebody's own names. */
const MAPS =
  /^(tags|tags_all|tags_attributes|variables|labels|annotations|metadata|parameters|request_parameters|response_parameters|request_models|response_models|stage_variables|attributes|default_arguments|triggers|keepers|environment_variables|docker_labels|options)$/;

/** Attributes that hold JSON as text, policies above all. */
const DOCUMENTS =
  /^(policy|assume_role_policy|inline_policy|container_definitions|definition|redrive_policy|access_policies|access_policy|resource_policy|key_policy|policy_document|event_pattern|dashboard_body|content)$/;

/** Longer texts are data and no policy. */
const LONGEST_DOCUMENT = 1_000_000;

/** The general rule: `snake_case` becomes `PascalCase`, null is absent, JSON in texts is read, `single` blocks are opened. */
export function pascalProperties(attributes: JsonObject, shape: Shape): JsonObject {
  return members(attributes, shape);
}

function members(attributes: JsonObject, shape: Shape): JsonObject {
  const entries = Object.entries(attributes).flatMap(([name, value]) => {
    const converted = convert(name, value, shape);
    return converted === undefined ? [] : [[shape.names?.[name] ?? pascal(name), converted] as const];
  });
  return Object.fromEntries(entries);
}

function convert(name: string, value: Json, shape: Shape): Json | undefined {
  if (value === null) return undefined;
  if (DOCUMENTS.test(name) && typeof value === "string") return documentIn(value);
  if (MAPS.test(name) && isObject(value)) return value;
  if (Array.isArray(value)) return convertList(name, value as readonly Json[], shape);
  return isObject(value) ? object(value, shape) : value;
}

function convertList(name: string, list: readonly Json[], shape: Shape): Json | undefined {
  const items = list.map((item) => (isObject(item) ? object(item, shape) : item));
  return shape.single?.includes(name) ? items[0] : items;
}

/** What stands for an unknown value stays as it is. */
function object(value: JsonObject, shape: Shape): JsonObject {
  return isCall(value) ? value : members(value, shape);
}

function isCall(value: JsonObject): boolean {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && (key === "Ref" || key?.startsWith("Fn::") === true);
}

export function documentIn(text: string): Json {
  if (text.length > LONGEST_DOCUMENT || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const KNOWN_WORDS: Readonly<Record<string, string>> = { az: "AZ", db: "DB", ttl: "TTL", dns: "DNS" };

export function pascal(name: string): string {
  return name
    .split("_")
    .map((word) => KNOWN_WORDS[word] ?? word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

export function within(value: Json | undefined, name: string): Json | undefined {
  return isObject(value ?? null) ? (value as JsonObject)[name] : undefined;
}

/** The first block of a list, or the block itself. */
export function block(value: Json | undefined): JsonObject | undefined {
  const first = Array.isArray(value) ? (value as readonly Json[])[0] : value;
  return isObject(first ?? null) ? (first as JsonObject) : undefined;
}

export function blocks(value: Json | undefined): readonly JsonObject[] {
  return (Array.isArray(value) ? (value as readonly Json[]) : []).filter((one) =>
    isObject(one),
  ) as JsonObject[];
}

export function texts(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The members that are there. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  ) as JsonObject;
}

/** Container definitions are JSON in camel case; CloudFormation writes them in Pascal case. */
export function pascalDeep(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(pascalDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [pascal(name), pascalDeep(inner as Json)]),
  );
}
