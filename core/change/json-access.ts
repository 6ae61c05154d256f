import { isObject, type Json, type JsonObject } from "../template/template.ts";

/** A member of what may be an object, or nothing. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value ?? null) && Object.hasOwn(value as JsonObject, name)
    ? (value as JsonObject)[name]
    : undefined;
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function objectOf(value: Json | undefined): JsonObject | undefined {
  return isObject(value ?? null) ? (value as JsonObject) : undefined;
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The objects of what may be a list. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).filter((one) => isObject(one)) as JsonObject[];
}

/** The texts of what may be a list. */
export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one): one is string => typeof one === "string");
}
