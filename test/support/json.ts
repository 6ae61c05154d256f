import fc from "fast-check";
import type { Json } from "../../core/template/template.ts";

/** Any JSON value, with any Unicode text in it. */
export const json: fc.Arbitrary<Json> = fc.jsonValue({
  maxDepth: 4,
  stringUnit: "binary",
}) as fc.Arbitrary<Json>;

/** The same value with the keys of its objects in another order. */
export function shuffled(value: Json, order: (keys: string[]) => string[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => shuffled(item, order));
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, Json>;
  return Object.fromEntries(
    order(Object.keys(members)).map((key) => [key, shuffled(members[key] as Json, order)]),
  );
}

/** Every place inside a JSON value: its path, and the value with something else in that place. */
export function* alterations(value: Json): Generator<{ readonly path: string; readonly altered: Json }> {
  yield { path: "", altered: another(value) };
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const { path, altered } of alterations(inner as Json)) {
      yield { path: `/${key}${path}`, altered: withMember(value, key, altered) };
    }
    yield { path: `/${key} removed`, altered: without(value, key) };
  }
}

function withMember(value: Json, key: string, member: Json): Json {
  return Array.isArray(value) ? value.with(Number(key), member) : { ...(value as object), [key]: member };
}

function without(value: Json, key: string): Json {
  if (Array.isArray(value)) return value.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(value as object).filter(([other]) => other !== key));
}

/** Something of the same type that is not the same. */
function another(value: Json): Json {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value === 0 ? 1 : -value;
  if (typeof value === "boolean") return !value;
  if (value === null) return 0;
  return Array.isArray(value) ? [...value, null] : { ...(value as object), added: null };
}
