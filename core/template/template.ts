/** A value as JSON writes it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A CloudFormation template as submitted: nothing in it is checked beyond its outline. */
export interface Template {
  readonly AWSTemplateFormatVersion?: string;
  readonly Description?: string;
  readonly Transform?: Json;
  readonly Metadata?: JsonObject;
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Rules?: JsonObject;
  readonly Mappings?: Readonly<Record<string, JsonObject>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: Json;
  readonly NoEcho?: Json;
  readonly AllowedValues?: readonly Json[];
  readonly MinLength?: Json;
  readonly MaxLength?: Json;
  readonly MinValue?: Json;
  readonly MaxValue?: Json;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: JsonObject;
  readonly CreationPolicy?: JsonObject;
  readonly Metadata?: JsonObject;
}

export interface TemplateOutput {
  readonly Value: Json;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: JsonObject;
}

/** The entry the record itself holds: templates may name things `constructor` or `__proto__`. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An intrinsic function call: an object whose only key is `Ref` or begins with `Fn::`. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: Json;
}

export function asIntrinsic(node: Json): Intrinsic | undefined {
  if (!isObject(node)) return undefined;
  const keys = Object.keys(node);
  const name = keys[0];
  if (name === undefined || keys.length !== 1) return undefined;
  if (name !== "Ref" && !name.startsWith("Fn::")) return undefined;
  return { name, argument: node[name] as Json };
}

/** `Fn::GetAtt` in both its forms, `["Table", "Arn"]` and `"Table.Arn"`, when both parts are plain text. */
export function asAttribute(argument: Json): { logicalId: string; attribute: string } | undefined {
  if (typeof argument === "string") {
    const dot = argument.indexOf(".");
    if (dot <= 0 || dot === argument.length - 1) return undefined;
    return { logicalId: argument.slice(0, dot), attribute: argument.slice(dot + 1) };
  }
  if (!Array.isArray(argument) || argument.length < 2) return undefined;
  const [logicalId, ...path] = argument as readonly Json[];
  if (typeof logicalId !== "string" || logicalId === "") return undefined;
  if (!path.every((part) => typeof part === "string" && part !== "")) return undefined;
  return { logicalId, attribute: path.join(".") };
}
