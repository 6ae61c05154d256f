import { dependencies, explicit, inOrder, references } from "../../../../core/template/dependencies.ts";
import { evaluation } from "../../../../core/template/evaluation.ts";
import { isObject, type Json, own, type Template } from "../../../../core/template/template.ts";
import { unknownsIn } from "../../../../core/template/unknown.ts";
import { refuse } from "./invalid.ts";

/** Checks that everything a template mentions is there and that nothing waits for itself. @throws CloudError */
export function checkReferences(template: Template): void {
  checkMentions(template);
  checkConditions(template);
  checkDependsOn(template);
  const order = inOrder(dependencies(template));
  if ("circular" in order) refuse(`Circular dependency between resources: [${order.circular.join(", ")}]`);
}

function checkMentions(template: Template): void {
  const resources = Object.values(template.Resources).map((resource) => resource.Properties ?? {});
  const outputs = Object.values(template.Outputs ?? {}).map((output) => output.Value);
  checkGetAtt(template, [...resources, ...outputs]);
  const lost = unresolved(template, resources);
  if (lost.length > 0)
    refuse(
      `Template format error: Unresolved resource dependencies [${lost.join(", ")}] in the Resources block of the template`,
    );
  const lostOutputs = unresolved(template, outputs);
  if (lostOutputs.length > 0)
    refuse(
      `Unresolved resource dependencies [${lostOutputs.join(", ")}] in the Outputs block of the template`,
    );
}

function checkGetAtt(template: Template, blocks: readonly Json[]): void {
  for (const reference of blocks.flatMap(references)) {
    if (reference.attribute === undefined) continue;
    if (reference.attribute === "" && own(template.Resources, reference.name) === undefined)
      refuse(
        "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
      );
    if (own(template.Resources, reference.name) === undefined)
      refuse(`Template error: instance of Fn::GetAtt references undefined resource ${reference.name}`);
  }
}

function unresolved(template: Template, blocks: readonly Json[]): readonly string[] {
  const names = blocks
    .flatMap(references)
    .filter((reference) => reference.attribute === undefined)
    .map((reference) => reference.name);
  const known = (name: string) =>
    name.startsWith("AWS::") ||
    own(template.Resources, name) !== undefined ||
    own(template.Parameters, name) !== undefined;
  return [...new Set(names.filter((name) => !known(name)))];
}

function checkConditions(template: Template): void {
  for (const [name, resource] of Object.entries(template.Resources))
    if (resource.Condition !== undefined && own(template.Conditions, resource.Condition) === undefined)
      refuse(
        `Template format error: Unresolved condition dependency ${resource.Condition} in the Resources block of the template (${name})`,
      );
  const used = conditionNames(template.Resources as unknown as Json).concat(
    conditionNames((template.Outputs ?? {}) as unknown as Json),
  );
  const missing = used.find((name) => own(template.Conditions, name) === undefined);
  if (missing !== undefined) refuse(`Template error: unresolved condition dependency ${missing} in Fn::If`);
  const mentioned = references((template.Conditions ?? {}) as Json).map((reference) => reference.name);
  const resources = mentioned.filter((name) => own(template.Resources, name) !== undefined);
  if (resources.length > 0)
    refuse(
      `Template format error: Unresolved dependencies [${resources.join(", ")}]. Cannot reference resources in the Conditions block of the template`,
    );
}

/** The conditions `Fn::If` names anywhere in a block. */
function conditionNames(block: Json): string[] {
  if (typeof block !== "object" || block === null) return [];
  const call = isObject(block) ? block["Fn::If"] : undefined;
  const named = Array.isArray(call) && typeof call[0] === "string" ? [call[0]] : [];
  return [...named, ...Object.values(block).flatMap((inner) => conditionNames(inner as Json))];
}

function checkDependsOn(template: Template): void {
  for (const [name, resource] of Object.entries(template.Resources)) {
    const others = explicit(resource);
    const lost = others.filter((other) => own(template.Resources, other) === undefined);
    if (lost.length > 0)
      refuse(
        `Template format error: Unresolved resource dependencies [${lost.join(", ")}] in the Resources block of the template`,
      );
    if (new Set(others).size < others.length)
      refuse(`Template format error: [/Resources/${name}/DependsOn] names a resource twice.`);
  }
}

/** What evaluating shows to be wrong whatever the resources turn out to be: a missing mapping, a misused function. */
export function checkValues(template: Template, known: Parameters<typeof evaluation>[1]): void {
  const read = evaluation(template, known);
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (read.includes(resource) === false) continue;
    for (const because of unknownsIn(read.properties(name)).flatMap((unknown) => unknown.because)) {
      if (because.startsWith("no mapping for "))
        refuse(`Template error: Unable to get mapping for ${because.slice("no mapping for ".length)}`);
      if (because.startsWith("Fn::") || because === "Ref needs a name")
        refuse(`Template error: ${because} (in resource ${name})`);
    }
  }
}
