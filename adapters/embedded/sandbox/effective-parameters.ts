import { own, type Template } from "../../../core/template/template.ts";

type Values = Readonly<Record<string, string>>;

/** The values a template is evaluated with, by name: those given, else the defaults. */
export function effectiveParameters(template: Template, given: Values): Values {
  const values = Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [
    name,
    own(given, name) ?? String(Default ?? ""),
  ]);
  return Object.fromEntries(values) as Values;
}

/** The values as people may see them: those of parameters marked NoEcho are hidden. */
export function hideNoEcho(template: Template, given: Values): Values {
  const values = Object.entries(given).map(([name, value]) => {
    const noEcho = own(template.Parameters, name)?.NoEcho;
    return [name, noEcho === true || noEcho === "true" ? "****" : value];
  });
  return Object.fromEntries(values) as Values;
}
