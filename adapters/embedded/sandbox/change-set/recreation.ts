import type { ChangeDetail } from "../../../../core/cloud/change-set.ts";

export type Recreation = ChangeDetail["requiresRecreation"];

type Library = typeof import("@aws-cdk/cloudformation-diff");

/** Knows what a change of a property does to the resource, from CloudFormation's own specification. */
export interface Specification {
  requiresRecreation(type: string, property: string): Recreation;
}

const KNOWN = new Map<string, Recreation>();

/** Loads the specification: most of a second the first time, so only for a change set that needs it. */
export async function loadSpecification(): Promise<Specification> {
  const library = await import("@aws-cdk/cloudformation-diff");
  return {
    requiresRecreation(type, property) {
      const key = `${type}|${property}`;
      const recreation = KNOWN.get(key) ?? ask(library, type, property);
      KNOWN.set(key, recreation);
      return recreation;
    },
  };
}

/** The library says what a change means when it is shown one. */
function ask(library: Library, type: string, property: string): Recreation {
  const one = (value: string) => ({ Resources: { One: { Type: type, Properties: { [property]: value } } } });
  const difference = library.fullDiff(one("before"), one("after")).resources.get("One");
  switch (difference.propertyUpdates[property]?.changeImpact) {
    case library.ResourceImpact.WILL_REPLACE:
      return "Always";
    case library.ResourceImpact.MAY_REPLACE:
      return "Conditionally";
    default:
      return "Never";
  }
}
