import { isObject, type Json, type JsonObject } from "../../template/template.ts";
import { listOf, member, objectOf } from "../json-access.ts";

/** What stands where Terraform says that a value is sensitive. */
export const SENSITIVE = "[sensitive]";

/** What stands for a sensitive value that the configuration itself holds as a constant. */
export const SENSITIVE_IN_SOURCE = "[sensitive, and written in the configuration]";

/** Marks sensitive values that are constants in the configuration: they lie open to whoever reads it. */
export function withConstants(
  value: JsonObject,
  marks: Json | undefined,
  written: JsonObject | undefined,
): JsonObject {
  if (!written) return value;
  const constant = (name: string) =>
    member(marks, name) === true &&
    typeof member(written[name], "constant_value") === "string" &&
    member(written[name], "constant_value") !== "";
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, constant(name) ? SENSITIVE_IN_SOURCE : held]),
  );
}

/** Hides what a plan marks: `marks` has the form of the value, with `true` where something is sensitive. */
export function hideSensitive(value: Json, marks: Json | undefined): Json {
  if (marks === true) return isTelling(value) ? SENSITIVE : value;
  if (Array.isArray(value) && Array.isArray(marks))
    return (value as readonly Json[]).map((item, index) =>
      hideSensitive(item, (marks as readonly Json[])[index]),
    );
  if (!isObject(value) || !isObject(marks ?? null)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, hideSensitive(inner, (marks as JsonObject)[name])]),
  );
}

/** Whether something is set at all, and an empty list, are no secrets. */
function isTelling(value: Json): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** What is known of a value that Terraform computes. */
export interface Computed {
  /** Stands in every place that is known only after the plan is applied. */
  readonly call: Json;
  /** What the configuration writes, where the plan holds it: what nobody wrote is a default, not a surprise. */
  readonly written: Json | undefined;
  /** As it is now, for what nobody wrote. */
  readonly before: Json | undefined;
}

/** The value with a call in every place that somebody wrote and that is known only later. */
export function withUnknown(
  value: Json | undefined,
  unknown: Json | undefined,
  computed: Computed,
): Json | undefined {
  if (unknown === true) return computed.call;
  if (Array.isArray(unknown)) {
    const items = listOf(value);
    const marks = unknown as readonly Json[];
    return Array.from(
      { length: Math.max(items.length, marks.length) },
      (_, index) => withUnknown(items[index], marks[index], elementOf(computed, index)) ?? null,
    );
  }
  if (!isObject(unknown ?? null)) return value;
  const known = objectOf(value) ?? {};
  const marks = unknown as JsonObject;
  const names = [...new Set([...Object.keys(known), ...Object.keys(marks)])];
  const entries = names.flatMap((name) => {
    const inner = memberWith(name, known[name], marks[name], computed);
    return inner === undefined ? [] : [[name, inner] as const];
  });
  // An object in which nothing is marked, and that was not there, stays away.
  return value === undefined && entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function memberWith(
  name: string,
  value: Json | undefined,
  mark: Json | undefined,
  { call, written, before }: Computed,
): Json | undefined {
  const isUnwritten = isBlock(written) && !Object.hasOwn(written, name);
  if (mark === true && isUnwritten) return member(before, name);
  const inner = { call, written: isBlock(written) ? written[name] : undefined, before: member(before, name) };
  return withUnknown(value, mark, inner);
}

/** A block of a configuration; an expression with references of its own tells nothing of its parts. */
function isBlock(written: Json | undefined): written is JsonObject {
  return isObject(written ?? null) && !Array.isArray((written as JsonObject)["references"]);
}

function elementOf({ call, written, before }: Computed, index: number): Computed {
  return {
    call,
    written: Array.isArray(written) ? (listOf(written)[index] ?? listOf(written)[0]) : undefined,
    before: listOf(before)[index],
  };
}
