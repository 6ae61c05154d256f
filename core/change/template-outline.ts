import {
  isObject,
  type Json,
  type JsonObject,
  type Template,
  type TemplateResource,
} from "../template/template.ts";

/** Stands for a type where a resource gives none. */
export const NO_TYPE = "(no type)";

/**
 * A template in its expected outline, whatever a file says: sections that are no maps are left out, resources that
 * are no maps have no type. What that leaves unjudged is said in notes.
 */
export function cleanTemplate(template: object): { template: Template; notes: string[] } {
  const given = template as Readonly<Record<string, unknown>>;
  const sections = ["Parameters", "Mappings", "Conditions", "Outputs", "Metadata", "Rules"] as const;
  const kept = sections.flatMap((name) => {
    const section = given[name];
    if (!isObject(section)) return [];
    const entries = Object.entries(section).filter(([, entry]) => name === "Conditions" || isObject(entry));
    return [[name, Object.fromEntries(entries)] as const];
  });
  const resources = isObject(given["Resources"]) ? given["Resources"] : {};
  const { Transform } = given;
  return {
    template: {
      ...Object.fromEntries(kept),
      ...(Transform === undefined ? {} : { Transform: Transform as Json }),
      Resources: Object.fromEntries(
        Object.entries(resources).map(([name, resource]) => [name, cleanResource(name, resource)]),
      ),
    },
    notes: notesOn(given, resources),
  };
}

function cleanResource(name: string, resource: Json): TemplateResource {
  if (name.startsWith("Fn::ForEach::")) return { Type: "Fn::ForEach", Properties: { Loop: resource } };
  if (!isObject(resource)) return { Type: NO_TYPE };
  const { Type, Properties, Condition, DeletionPolicy, UpdateReplacePolicy } = resource;
  return {
    ...resource,
    Type: typeof Type === "string" ? Type : NO_TYPE,
    Properties: isObject(Properties) ? Properties : ({} as JsonObject),
    ...optional("Condition", Condition),
    ...optional("DeletionPolicy", DeletionPolicy),
    ...optional("UpdateReplacePolicy", UpdateReplacePolicy),
  } as TemplateResource;
}

/** What is no text counts as not said; `undefined` overrides it. */
function optional(name: string, value: Json | undefined): object {
  const usable = typeof value === "string" || (name !== "Condition" && isObject(value));
  return value === undefined || usable ? {} : { [name]: undefined };
}

function notesOn(template: Readonly<Record<string, unknown>>, resources: JsonObject): string[] {
  const { Transform } = template;
  const transforms = (Array.isArray(Transform) ? Transform : [Transform]).filter(
    (name): name is string => typeof name === "string",
  );
  const loops = Object.keys(resources).filter((name) => name.startsWith("Fn::ForEach::"));
  return [
    ...transforms.map(
      (name) => `the transform ${name} changes the template when it is deployed: judge what it makes as well`,
    ),
    ...loops.map((name) => `${name} makes resources that only the deployment knows`),
  ];
}
