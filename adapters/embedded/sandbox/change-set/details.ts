import type { ChangeDetail } from "../../../../core/cloud/change-set.ts";
import { references } from "../../../../core/template/dependencies.ts";
import type { Json } from "../../../../core/template/template.ts";
import { kindOf } from "../kinds/kinds.ts";
import { same } from "../same.ts";
import { type FrozenResource, type FrozenTemplate, marksIn, written } from "./frozen.ts";
import type { Specification } from "./recreation.ts";

/** Everything a change set compares. */
export interface Comparison {
  readonly before: FrozenTemplate;
  readonly after: FrozenTemplate;
  /** Parameters whose value is another one now. */
  readonly changedParameters: ReadonlySet<string>;
  readonly tagsChanged: boolean;
  readonly specification: Specification;
}

/** What is known of another resource that a property refers to. */
export interface Fate {
  readonly replacement: "True" | "False" | "Conditional";
  /** Some property changes, so that an attribute might. */
  readonly modified: boolean;
}

const ATTRIBUTES = ["Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"] as const;

/** What changes in a resource because its own definition, a parameter or the stack's tags did. */
export function ownDetails(
  comparison: Comparison,
  logicalId: string,
  before: FrozenResource,
  after: FrozenResource,
): readonly ChangeDetail[] {
  const names = [...new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])];
  const properties = names
    .filter((name) => !same(before.properties[name], after.properties[name]))
    .flatMap((name) => propertyDetails(comparison, logicalId, after.type, name));
  const attributes = ATTRIBUTES.filter(
    (name) => !same((before.source[name] as Json) ?? null, (after.source[name] as Json) ?? null),
  ).map((attribute): ChangeDetail => ({ attribute, ...DIRECT, requiresRecreation: "Never" }));
  const tagged = comparison.tagsChanged && isTaggable(after.type);
  const stackTags: ChangeDetail = { attribute: "Tags", ...DIRECT, requiresRecreation: "Never" };
  const hasTags = properties.some((detail) => detail.attribute === "Tags");
  return [...properties, ...attributes, ...(tagged && !hasTags ? [stackTags] : [])];
}

const DIRECT = { evaluation: "Static", changeSource: "DirectModification" } as const;

function isTaggable(type: string): boolean {
  return type.startsWith("AWS::") && kindOf(type).untagged === undefined;
}

function propertyDetails(
  comparison: Comparison,
  logicalId: string,
  type: string,
  name: string,
): readonly ChangeDetail[] {
  const target = targetOf(comparison.specification, type, name);
  const mentioned = references(written(comparison.after, logicalId, name)).map((one) => one.name);
  const causes = [...new Set(mentioned)].filter((one) => comparison.changedParameters.has(one));
  if (causes.length === 0) return [{ ...target, ...DIRECT }];
  // CloudFormation reports both: the parameter that changed, and that the property is written so as to follow it.
  return [
    ...causes.map(
      (causingEntity): ChangeDetail => ({
        ...target,
        evaluation: "Static",
        changeSource: "ParameterReference",
        causingEntity,
      }),
    ),
    { ...target, evaluation: "Dynamic", changeSource: "DirectModification" },
  ];
}

type Target = Pick<ChangeDetail, "attribute" | "name" | "requiresRecreation">;

function targetOf(specification: Specification, type: string, name: string): Target {
  const requiresRecreation = specification.requiresRecreation(type, name);
  return name === "Tags"
    ? { attribute: "Tags", requiresRecreation }
    : { attribute: "Properties", name, requiresRecreation };
}

/**
 * What changes in a resource because another one does. A replaced resource certainly gets a new id and new
 * attributes (Static); an attribute of one that is modified in place, or may be replaced, might change (Dynamic).
 */
export function inheritedDetails(
  specification: Specification,
  resource: FrozenResource,
  fateOf: (logicalId: string) => Fate | undefined,
): readonly ChangeDetail[] {
  return Object.entries(resource.properties).flatMap(([name, value]) => {
    const seen = new Set<string>();
    return marksIn(value).flatMap(({ logicalId, attribute }) => {
      const causingEntity = attribute === undefined ? logicalId : `${logicalId}.${attribute}`;
      const evaluation = certainty(fateOf(logicalId), attribute !== undefined);
      if (evaluation === undefined || seen.has(causingEntity)) return [];
      seen.add(causingEntity);
      const changeSource = attribute === undefined ? "ResourceReference" : "ResourceAttribute";
      return [{ ...targetOf(specification, resource.type, name), evaluation, changeSource, causingEntity }];
    });
  });
}

function certainty(fate: Fate | undefined, isAttribute: boolean): "Static" | "Dynamic" | undefined {
  if (fate?.replacement === "True") return "Static";
  if (fate?.replacement === "Conditional") return "Dynamic";
  return fate?.modified === true && isAttribute ? "Dynamic" : undefined;
}

/** True when each detail certainly replaces, Conditional when one might. */
export function replacementOf(details: readonly ChangeDetail[]): Fate["replacement"] {
  const replacing = details.filter((detail) => detail.requiresRecreation !== "Never");
  if (replacing.length === 0) return "False";
  const certain = replacing.some(
    (detail) => detail.requiresRecreation === "Always" && detail.evaluation === "Static",
  );
  return certain ? "True" : "Conditional";
}
