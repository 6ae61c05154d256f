import type { z } from "zod";

/** What a plan is sized for. */
export interface Circumstances {
  readonly environment: "dev" | "sit" | "prod";
  readonly availability: "single-az" | "multi-az";
  /** Named compliance regimes, for example `popia`; any of them asks for customer-managed keys and long backups. */
  readonly compliance: readonly string[];
}

/** A resource as far as its price is concerned: what Atlas prices before Forge has built anything. */
export interface PricedResource {
  /** Where another one points at it. */
  readonly address?: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One building block that Forge can build; the construct of the same name stands in lib/constructs. */
export interface Block<Parameters extends object> {
  readonly name: string;
  /** A noun phrase for people: "S3 bucket for files". */
  readonly title: string;
  /** Words in a goal's text that ask for it, lower case, matched on word boundaries. */
  readonly keywords: readonly string[];
  /** True when it holds data that a deletion would lose. */
  readonly holdsState: boolean;
  /** Every parameter has a default here, so `parse({})` is a complete block. */
  readonly parameters: z.ZodType<Parameters>;
  /** Parameters this environment asks for where the goal is silent. */
  sizing(circumstances: Circumstances): Partial<Parameters>;
  /** The cheapest parameters that still keep the circumstances, tried when a cost limit is missed. */
  frugal(parameters: Parameters, circumstances: Circumstances): Parameters;
  priced(parameters: Parameters): readonly PricedResource[];
}

/** Gives a block its exact parameter type; without it the literal would widen. */
export function block<Parameters extends object>(definition: Block<Parameters>): Block<Parameters> {
  return definition;
}

/** True when the environment or a compliance regime asks for keys the customer manages. */
export function wantsCustomerManagedKey({ environment, compliance }: Circumstances): boolean {
  return environment === "prod" || compliance.length > 0;
}
