import { componentName } from "../../core/artifacts/vocabulary.ts";
import type { BuildContext, Component } from "./component.ts";
import { ForgeError } from "./errors.ts";

/** CloudFormation's dynamic references and CDK's own tokens: either would become something nobody read. */
const REFERENCE = /\{\{\s*resolve:|[$#]\{Token\[/;

/** Refuses what could not be built as it was approved. @throws ForgeError */
export function refuseUnbuildable(components: readonly Component[], context: BuildContext): void {
  refuseNames(components);
  const names = new Set(components.map(({ name }) => name));
  for (const component of components) {
    refuseUses(component, names);
    refuseReferences(component.parameters, `the parameters of "${component.name}"`);
  }
  refuseReferences(context.tags, "the tags");
}

/** The rule for names also keeps components apart from what they share and from one another's variables. */
function refuseNames(components: readonly Component[]): void {
  const seen = new Set<string>();
  for (const { name } of components) {
    const { error } = componentName.safeParse(name);
    if (error)
      throw new ForgeError(
        "InvalidComponentName",
        `a component's name ${error.issues[0]?.message}: "${name}"`,
      );
    if (seen.has(name))
      throw new ForgeError("DuplicateComponent", `two components are named "${name}": rename one`);
    seen.add(name);
  }
}

function refuseUses({ name, block, uses }: Component, names: ReadonlySet<string>): void {
  if (uses.length > 0 && block !== "http_api")
    throw new ForgeError(
      "NotAFunction",
      `"${name}" is a ${block}, which has no function to use "${uses[0]}": leave its uses empty`,
    );
  const unknown = uses.find((used) => !names.has(used));
  if (unknown !== undefined)
    throw new ForgeError(
      "UnknownComponent",
      `"${name}" uses "${unknown}", which the plan does not have: add it or drop the use`,
    );
}

function refuseReferences(value: unknown, where: string): void {
  const [reference] = REFERENCE.exec(JSON.stringify(value)) ?? [];
  if (reference !== undefined)
    throw new ForgeError(
      "DynamicReference",
      `${where} hold "${reference}", which would be resolved later, unseen: write the value itself`,
    );
}
