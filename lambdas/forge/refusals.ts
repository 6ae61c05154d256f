import type { BuildContext, Component } from "./component.ts";
import { ForgeError } from "./errors.ts";

/** Lower case first, so that no component takes the name of what a stack's blocks share. */
const NAME = /^[a-z][a-z0-9_-]{0,62}$/;
/** CloudFormation's dynamic references and CDK's own tokens: both would turn into something nobody read. */
const REFERENCE = /\{\{\s*resolve:|[$#]\{Token\[/;

/** Refuses what cannot be built as it was approved. @throws ForgeError all names but TemplateTooLarge */
export function refuseUnbuildable(components: readonly Component[], context: BuildContext): void {
  const byName = new Map<string, Component>();
  for (const component of components) {
    if (!NAME.test(component.name))
      throw new ForgeError(
        "InvalidComponentName",
        `"${component.name}" cannot name a component: use up to 63 lower-case letters, digits, "-" and "_", a letter first`,
      );
    if (byName.has(component.name))
      throw new ForgeError("DuplicateComponent", `two components are named "${component.name}": rename one`);
    byName.set(component.name, component);
  }
  for (const component of components) {
    refuseReferences(component.parameters, `the parameters of "${component.name}"`);
    refuseUses(component, byName);
  }
  refuseReferences(context.tags, "the tags");
}

function refuseUses(component: Component, byName: ReadonlyMap<string, Component>): void {
  if (component.uses.length > 0 && component.block !== "http_api")
    throw new ForgeError(
      "NotAFunction",
      `"${component.name}" is a ${component.block}, which has no function to use "${component.uses[0]}": leave its uses empty`,
    );
  const variables = new Map<string, string>();
  for (const used of component.uses) {
    if (!byName.has(used))
      throw new ForgeError(
        "UnknownComponent",
        `"${component.name}" uses "${used}", which the plan does not have: add it or drop the use`,
      );
    const variable = used.replaceAll("-", "_");
    const other = variables.get(variable) ?? used;
    if (other !== used)
      throw new ForgeError(
        "NameConflict",
        `"${component.name}" could not tell "${other}" from "${used}" in its environment: rename one`,
      );
    variables.set(variable, used);
  }
}

function refuseReferences(value: unknown, where: string): void {
  const found = REFERENCE.exec(JSON.stringify(value));
  if (found)
    throw new ForgeError(
      "DynamicReference",
      `${where} contain "${found[0]}", which would be resolved when applied: write the value itself`,
    );
}
