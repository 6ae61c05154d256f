import { holdsState } from "../change/stateful.ts";
import { MAPPED_TYPES } from "../change/terraform/types.ts";
import { FREE_TYPES } from "../cost/free.ts";
import { PRICED_TYPES } from "../cost/services.ts";

const KNOWN: ReadonlySet<string> = new Set([...FREE_TYPES, ...PRICED_TYPES, ...MAPPED_TYPES]);

/** Things that only a Terraform state holds. */
const NOTHING_REAL = /^(null|random|time|local|template|archive|external|http|tls|cloudinit|terraform)_/;

/** True where our lists, of prices and of state, say what a type is. */
export function isKnownType(type: string): boolean {
  return KNOWN.has(type) || NOTHING_REAL.test(type) || (type.startsWith("AWS::") && holdsState(type));
}
