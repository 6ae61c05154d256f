import { scalarText } from "../../../../core/template/parameters.ts";
import { own, type Template, type TemplateParameter } from "../../../../core/template/template.ts";
import { refuse } from "./invalid.ts";

/**
 * Checks the values given for a template's parameters. AllowedPattern is not applied: an expression somebody
 * else wrote can be made to run for ever.
 * @throws CloudError TemplateInvalid
 */
export function checkParameters(template: Template, given: Readonly<Record<string, string>>): void {
  const declared = template.Parameters ?? {};
  const strange = Object.keys(given).filter((name) => own(declared, name) === undefined);
  if (strange.length > 0) refuse(`Parameters: [${strange.join(", ")}] do not exist in the template`);
  const missing = Object.keys(declared).filter(
    (name) => own(given, name) === undefined && scalarText(own(declared, name)?.Default) === undefined,
  );
  if (missing.length > 0) refuse(`Parameters: [${missing.join(", ")}] must have values`);
  for (const [name, parameter] of Object.entries(declared)) {
    const wrong = complaint(name, parameter, own(given, name) ?? scalarText(parameter.Default) ?? "");
    if (wrong !== undefined) refuse(wrong);
  }
}

function complaint(name: string, parameter: TemplateParameter, value: string): string | undefined {
  const allowed = parameter.AllowedValues?.map(scalarText);
  if (allowed !== undefined && !allowed.includes(value))
    return `Parameter '${name}' must be one of AllowedValues`;
  if (parameter.Type === "Number") return numberComplaint(name, parameter, value);
  const [least, most] = [limit(parameter.MinLength), limit(parameter.MaxLength)];
  if (least !== undefined && value.length < least)
    return `Parameter '${name}' must contain at least ${least} characters`;
  if (most !== undefined && value.length > most)
    return `Parameter '${name}' must contain at most ${most} characters`;
  return undefined;
}

function numberComplaint(name: string, parameter: TemplateParameter, value: string): string | undefined {
  const number = Number(value);
  if (value.trim() === "" || Number.isNaN(number)) return `Parameter '${name}' must be a number.`;
  const [least, most] = [limit(parameter.MinValue), limit(parameter.MaxValue)];
  if (least !== undefined && number < least)
    return `Parameter '${name}' must be a number not less than ${least}`;
  if (most !== undefined && number > most)
    return `Parameter '${name}' must be a number not greater than ${most}`;
  return undefined;
}

function limit(value: TemplateParameter["MinLength"]): number | undefined {
  const text = scalarText(value);
  return text === undefined ? undefined : Number(text);
}
