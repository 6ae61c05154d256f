import type { RollbackPlan } from "../artifacts/dossier.ts";
import type { RiskReason } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { isObject, type Json, type JsonObject } from "../template/template.ts";

/** What a risk rule is asked about. */
export interface RiskSubject {
  /** Absent when nobody says where the change is to happen. */
  readonly environment?: Environment | undefined;
  readonly change: InfrastructureChange;
  /** Whose it is to happen in, twelve digits, where that is known. */
  readonly account?: string | undefined;
  /** What would undo the change. */
  readonly wayBack?: RollbackPlan | undefined;
}

export type RiskRule = (subject: RiskSubject) => RiskReason[];

/**
 * Points follow one scale: up to 24 is worth reading and never calls for a second person by itself, 25 to 44 does in
 * prod, 45 does everywhere.
 */
export function reason(rule: string, resource: string, why: string, points: number): RiskReason {
  return { rule, resource, why, points };
}

/** Resources that are there afterwards and are touched by the change. */
export function touched({ changes }: InfrastructureChange): readonly ChangedResource[] {
  return changes.filter(({ action }) => action === "add" || action === "modify" || action === "replace");
}

/** Resources that were there before and are touched, with what they were and will be, where the file says both. */
export function altered(change: InfrastructureChange): readonly Altered[] {
  return change.changes.flatMap((one) =>
    (one.action === "modify" || one.action === "replace") && one.before && one.after
      ? [{ ...one, before: one.before, after: one.after }]
      : [],
  );
}

export type Altered = ChangedResource & { readonly before: JsonObject; readonly after: JsonObject };

/** What stands at a path ("A.B"), the first item where a list stands in between; undefined where nothing does. */
export function at(properties: Json | undefined, path: string): Json | undefined {
  let value = properties;
  for (const name of path.split(".")) {
    if (Array.isArray(value)) value = (value as readonly Json[])[0];
    if (!isObject(value ?? null) || !Object.hasOwn(value as JsonObject, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** True for a value that only the deployment knows. */
export function isLater(value: Json | undefined): boolean {
  if (!isObject(value ?? null)) return false;
  const [name, ...others] = Object.keys(value as JsonObject);
  return others.length === 0 && (name === "Ref" || name?.startsWith("Fn::") === true);
}

/** A switch as files write it; undefined for what is neither on nor off. */
export function flagOf(value: Json | undefined): boolean | undefined {
  const text = typeof value === "string" ? value.toLowerCase() : value;
  if (text === true || text === "true" || text === "enabled" || text === "on" || text === "active")
    return true;
  if (text === false || text === "false" || text === "disabled" || text === "off" || text === "inactive")
    return false;
  return undefined;
}

export function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
