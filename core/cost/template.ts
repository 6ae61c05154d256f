import type { CostedResource } from "./estimate.ts";

/** The resources of a CloudFormation template, parameters replaced by their defaults, other intrinsics in place. */
export function templateResources(template: object): CostedResource[] {
  const resources = "Resources" in template ? template.Resources : undefined;
  if (typeof resources !== "object" || resources === null) return [];
  return Object.entries(resources).map(([address, resource]) => costed(address, resource));
}

function costed(address: string, resource: unknown): CostedResource {
  const { Type: type, Properties: properties } = (resource ?? {}) as { Type?: unknown; Properties?: unknown };
  return {
    address,
    type: typeof type === "string" ? type : "(no type)",
    properties: (properties ?? {}) as Record<string, unknown>,
  };
}
