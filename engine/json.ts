/** A JSON value, as the language passes it from state to state. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** The service's limit on an input, a result or an output, in bytes of UTF-8. */
export const PAYLOAD_LIMIT = 262_144;

/** Whether a JSON text is larger than a state may pass on. */
export function exceedsPayloadLimit(text: string): boolean {
  if (text.length > PAYLOAD_LIMIT) return true;
  // A UTF-16 unit takes at most three bytes, so most texts need no counting.
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
