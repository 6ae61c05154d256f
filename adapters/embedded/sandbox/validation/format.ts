import { isObject, type Json, type JsonObject, type Template } from "../../../../core/template/template.ts";
import { kindOf } from "../kinds/kinds.ts";
import { refuse } from "./invalid.ts";

/** AWS's quotas for a template (CloudFormation User Guide, "Understand CloudFormation quotas"). */
const MOST_BYTES = 1_000_000;
const MOST_RESOURCES = 500;
const MOST_ENTRIES = 200;

/** Deeper than any template a person or a tool writes; the code that reads templates is recursive. */
const DEEPEST = 100;

const SECTIONS = [
  "AWSTemplateFormatVersion",
  "Conditions",
  "Description",
  "Hooks",
  "Mappings",
  "Metadata",
  "Outputs",
  "Parameters",
  "Resources",
  "Rules",
  "Transform",
];

const RESOURCE_MEMBERS = [
  "Condition",
  "CreationPolicy",
  "DeletionPolicy",
  "DependsOn",
  "Description",
  "Metadata",
  "Properties",
  "Type",
  "UpdatePolicy",
  "UpdateReplacePolicy",
];

const POLICIES: Readonly<Record<string, readonly string[]>> = {
  DeletionPolicy: ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"],
  UpdateReplacePolicy: ["Delete", "Retain", "Snapshot"],
};

/** Reads a template and checks its outline. @throws CloudError TemplateInvalid */
export function readTemplate(text: string): Template {
  if (Buffer.byteLength(text) > MOST_BYTES) refuse(`Template may not exceed ${MOST_BYTES} bytes in size.`);
  const template = parse(text);
  if (!isObject(template)) refuse("Template format error: unsupported structure.");
  checkNesting(template);
  checkSections(template);
  checkResources(template);
  checkOutputs(template["Outputs"]);
  checkMappings(template["Mappings"]);
  return template as unknown as Template;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const found = /line (\d+) column (\d+)/.exec((error as Error).message);
    const lines = text.split("\n");
    const [line, column] = found?.slice(1) ?? [lines.length, (lines.at(-1) ?? "").length + 1];
    return refuse(
      `Template format error: JSON not well-formed. (line ${line}, column ${column}) The sandbox reads templates in JSON only.`,
    );
  }
}

function checkNesting(template: JsonObject): void {
  let level: Json[] = [template];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) refuse(`Template format error: nested more than ${DEEPEST} levels deep.`);
    level = level.flatMap((node) =>
      typeof node === "object" && node !== null ? (Object.values(node) as Json[]) : [],
    );
  }
}

function checkSections(template: JsonObject): void {
  const unknown = Object.keys(template).filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0) refuse(`Invalid template property or properties [${unknown.join(", ")}]`);
  if (template["Transform"] !== undefined || template["Hooks"] !== undefined)
    refuse("The sandbox runs no transforms, macros or hooks: submit the template they make.");
  for (const section of ["Parameters", "Mappings", "Conditions", "Outputs", "Resources"]) {
    const entries = template[section];
    if (entries === undefined) continue;
    if (!isObject(entries)) refuse(`Template format error: ${section} must be an object.`);
    const most = section === "Resources" ? MOST_RESOURCES : MOST_ENTRIES;
    const count = Object.keys(entries).length;
    if (count > most && section !== "Conditions")
      refuse(
        `Template format error: Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
    checkNames(section, entries);
  }
}

function checkNames(section: string, entries: JsonObject): void {
  const wrong = Object.keys(entries).find((name) => !/^[a-zA-Z0-9]+$/.test(name));
  if (wrong !== undefined && (section === "Resources" || section === "Parameters"))
    refuse(`Template format error: ${section.slice(0, -1)} name ${wrong} is non alphanumeric.`);
}

function checkResources(template: JsonObject): void {
  const resources = (template["Resources"] ?? {}) as JsonObject;
  if (Object.keys(resources).length === 0)
    refuse("Template format error: At least one Resources member must be defined.");
  for (const [name, resource] of Object.entries(resources)) checkResource(name, resource);
}

function checkResource(name: string, resource: Json): void {
  if (!isObject(resource)) refuse("Template format error: Any Resources member must be an object.");
  if (typeof resource["Type"] !== "string" || resource["Type"] === "")
    refuse(`Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`);
  const unknown = Object.keys(resource).find((member) => !RESOURCE_MEMBERS.includes(member));
  if (unknown !== undefined) refuse(`Invalid template resource property '${unknown}'`);
  if (!isObject(resource["Properties"] ?? {}))
    refuse(`Template format error: [/Resources/${name}/Properties] must be an object.`);
  checkNoNull(resource["Properties"] ?? {}, `/Resources/${name}/Properties`);
  checkPolicies(name, resource, resource["Type"]);
}

function checkPolicies(name: string, resource: JsonObject, type: string): void {
  for (const [attribute, allowed] of Object.entries(POLICIES)) {
    const policy = resource[attribute];
    if (policy === undefined) continue;
    if (typeof policy !== "string" || !allowed.includes(policy))
      refuse(`Template error: ${attribute} of ${name} must be one of ${allowed.join(", ")}`);
    if (policy === "Snapshot" && kindOf(type).snapshots === undefined)
      refuse(`Template error: resource type ${type} does not support deletion policy Snapshot`);
  }
}

function checkNoNull(node: Json, path: string): void {
  if (node === null) refuse(`[${path}] 'null' values are not allowed in templates`);
  if (typeof node !== "object") return;
  for (const [key, inner] of Object.entries(node)) checkNoNull(inner as Json, `${path}/${key}`);
}

function checkOutputs(outputs: Json | undefined): void {
  for (const [name, output] of Object.entries((outputs ?? {}) as JsonObject)) {
    if (!isObject(output) || output["Value"] === undefined)
      refuse("Template format error: Every Outputs member must contain a Value object");
    checkNoNull(output["Value"], `/Outputs/${name}/Value`);
  }
}

function checkMappings(mappings: Json | undefined): void {
  for (const [name, mapping] of Object.entries((mappings ?? {}) as JsonObject)) {
    if (!isObject(mapping) || !Object.values(mapping).every(isObject))
      refuse(`Template format error: Every Mappings member ${name} must be a map`);
    const values = Object.values(mapping).flatMap((entry) => Object.values(entry as JsonObject));
    if (!values.every((value) => typeof value !== "object" || Array.isArray(value)))
      refuse("Template format error: Every Mappings attribute must be a String or a List.");
  }
}
