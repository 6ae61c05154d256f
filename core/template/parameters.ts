import type { Json, Template, TemplateParameter } from "./template.ts";
import { own } from "./template.ts";
import type { Value } from "./unknown.ts";

/**
 * The value of a parameter: the one given, else its default. A list type gives a list. Undefined without
 * either, and for `AWS::SSM::Parameter::Value<…>`, which only the account can resolve.
 */
export function parameterValue(
  template: Template,
  given: Readonly<Record<string, string>> | undefined,
  name: string,
): Value | undefined {
  const parameter = own(template.Parameters, name);
  if (parameter === undefined || isResolvedByAccount(parameter)) return undefined;
  const text = own(given, name) ?? scalarText(parameter.Default);
  if (text === undefined || !isList(parameter)) return text;
  return text === "" ? [] : text.split(",").map((part) => part.trim());
}

/** Numbers and booleans as CloudFormation passes them on: as text. */
export function scalarText(value: Json | Value | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function isList(parameter: TemplateParameter): boolean {
  const type = String(parameter.Type);
  return type === "CommaDelimitedList" || type.startsWith("List<");
}

function isResolvedByAccount(parameter: TemplateParameter): boolean {
  return String(parameter.Type).startsWith("AWS::SSM::Parameter::");
}
