import type { Charge } from "./charge.ts";
import type { Properties } from "./properties.ts";
import type { USAGE, UsageType } from "./usage.ts";

type UsageKey<Type extends string> = Type extends UsageType ? keyof (typeof USAGE)[Type] : never;

/** Asks for one of the usage assumptions of a type. */
export type Use<Type extends string> = (key: UsageKey<Type> & string) => number;

/**
 * How one resource type becomes charges, in two steps, so that another reader (of a Terraform plan) can reach the
 * same charges: `read` takes the facts from CloudFormation's properties, `charges` makes money of them.
 */
export interface ServiceDefinition<Type extends string, Facts> {
  readonly type: Type;
  read(properties: Properties): Facts;
  charges(facts: Facts, use: Use<Type>): readonly Charge[];
}

/** A service with its facts' type forgotten, so that a registry can hold them all. */
export interface Service {
  readonly type: string;
  price(properties: Properties, use: (key: string) => number): readonly Charge[];
}

export function service<const Type extends string, Facts>(
  definition: ServiceDefinition<Type, Facts>,
): Service {
  return {
    type: definition.type,
    price: (properties, use) => definition.charges(definition.read(properties), use),
  };
}
