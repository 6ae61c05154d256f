import { asIntrinsic, isObject, type Json } from "../template/template.ts";
import type { Entry } from "../template/texts.ts";

/** Something a template takes from a place where it may be exchanged, with how to pin it. */
export interface FromOutside {
  readonly what: string;
  readonly fix: string;
}

/** An object in a bucket, as types write it: its key, and what says which version of it is meant. */
const OBJECTS: readonly { readonly key: string; readonly bucket: string; readonly version: string }[] = [
  { bucket: "S3Bucket", key: "S3Key", version: "S3ObjectVersion" },
  { bucket: "Bucket", key: "Key", version: "Version" },
];

/** Properties whose value says where to read something. */
const LOCATIONS = new Set(["BodyS3Location", "DefinitionS3Location"]);

/** Code, definitions and templates that are read when the change is applied, from where they may be exchanged. */
export function fromOutside({ section, value }: Entry): FromOutside[] {
  if (section === "Transform") return [TRANSFORM];
  return section === "Parameters" || section === "Mappings" ? [] : within(value);
}

const TRANSFORM: FromOutside = {
  what: "a transform writes the template anew when the change is applied",
  fix: "write out what the transform makes",
};

function within(value: Json, name = ""): FromOutside[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => within(item, name));
  if (!isObject(value)) return [];
  if (asIntrinsic(value)?.name === "Fn::Transform") return [TRANSFORM];
  const unversioned = OBJECTS.some(({ bucket, key, version }) => {
    if (bucket === "Bucket" && !LOCATIONS.has(name)) return false;
    return value[key] !== undefined && value[bucket] !== undefined && !isVersion(value[version]);
  });
  return [
    ...(unversioned
      ? [{ what: "what it reads from a bucket can be exchanged there", fix: "name the object's version" }]
      : []),
    ...(value["TemplateURL"] === undefined
      ? []
      : [{ what: "a template elsewhere is no part of what is approved", fix: "write its resources here" }]),
    // A condition's branches stand under the name of the property they are for.
    ...Object.entries(value).flatMap(([key, inner]) => within(inner, key === "Fn::If" ? name : key)),
  ];
}

/** A version stands in the template or comes with the change as a parameter's value; nothing else gives one. */
function isVersion(version: Json | undefined): boolean {
  if (version === undefined || version === null || version === "") return false;
  const call = asIntrinsic(version);
  if (call?.name === "Fn::If" && Array.isArray(call.argument))
    return (call.argument as readonly Json[]).slice(1).every(isVersion);
  return typeof version === "string" || (call?.name === "Ref" && !String(call.argument).startsWith("AWS::"));
}
