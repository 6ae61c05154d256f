import { holdsState } from "../change/stateful.ts";
import { MAPPED_TYPES } from "../change/terraform/types.ts";
import { FREE_TYPES, isStateOnly } from "../cost/free.ts";
import { PRICED_TYPES } from "../cost/services.ts";

const KNOWN: ReadonlySet<string> = new Set([...FREE_TYPES, ...PRICED_TYPES, ...MAPPED_TYPES]);

/** True where our lists, of prices and of state, say what a type is. */
export function isKnownType(type: string): boolean {
  return KNOWN.has(type) || isStateOnly(type) || (type.startsWith("AWS::") && holdsState(type));
}
