import { canonicalJson } from "../digest.ts";
import { asIntrinsic, type Json, own, type Template, type TemplateResource } from "../template/template.ts";
import { LOGS, PROTECTIONS, type Protection } from "./protections.ts";

/** A protection the resource had and would lose. */
export interface Reduction {
  readonly logicalId: string;
  readonly type: string;
  readonly kind: Protection["kind"];
  readonly lost: string;
}

/** Encryption and logging that the new template takes away from resources that stay. */
export function reductions(before: Template, after: Template): Reduction[] {
  return Object.entries(before.Resources).flatMap(([logicalId, was]) => {
    const is = own(after.Resources, logicalId);
    if (!is) {
      return LOGS.has(was.Type)
        ? [{ logicalId, type: was.Type, kind: "logging" as const, lost: "the log itself" }]
        : [];
    }
    return is.Type === was.Type ? lost(logicalId, was, is) : [];
  });
}

function lost(logicalId: string, was: TemplateResource, is: TemplateResource): Reduction[] {
  return PROTECTIONS.filter(
    (protection) =>
      protection.type === was.Type && mayHave(protection, was, is) && !protection.holds(is.Properties ?? {}),
  ).map(({ type, kind, name }) => ({ logicalId, type, kind, lost: name }));
}

/** It had the protection, or it hung on something only the deployment knows, and that is taken away. */
function mayHave({ holds, properties }: Protection, was: TemplateResource, is: TemplateResource): boolean {
  const before = properties.map((name) => was.Properties?.[name] ?? null);
  const after = properties.map((name) => is.Properties?.[name] ?? null);
  return holds(was.Properties ?? {}) || (hangsOnCalls(before) && !isSame(before, after));
}

function hangsOnCalls(value: Json): boolean {
  if (asIntrinsic(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hangsOnCalls);
}

/**
 * Roles and users whose permission boundary the new template removes or exchanges, be it under another logical id,
 * and policies that are a boundary and would say something else.
 */
export function boundaryChanges(before: Template, after: Template): string[] {
  const bounded = Object.entries(before.Resources).filter(([logicalId, was]) => {
    const boundary = was.Properties?.["PermissionsBoundary"];
    const is = own(after.Resources, logicalId) ?? namesake(was, after);
    return boundary !== undefined && is && !isSame(boundary, is.Properties?.["PermissionsBoundary"] ?? null);
  });
  const rewritten = [...boundaryPolicies(before)].filter((logicalId) => {
    const was = own(before.Resources, logicalId);
    const is = own(after.Resources, logicalId);
    return was && is && !isSame(documentOf(was), documentOf(is));
  });
  return [...bounded.map(([logicalId]) => logicalId), ...rewritten];
}

/** The resource of the same type and the same name of its own: in the account it is the same one. */
function namesake(
  { Type, Properties = {} }: TemplateResource,
  { Resources }: Template,
): TemplateResource | undefined {
  const name = Properties["RoleName"] ?? Properties["UserName"];
  if (name === undefined) return undefined;
  return Object.values(Resources).find(
    (other) =>
      other.Type === Type &&
      isSame(name, other.Properties?.["RoleName"] ?? other.Properties?.["UserName"] ?? null),
  );
}

function boundaryPolicies({ Resources }: Template): Set<string> {
  return new Set(
    Object.values(Resources).flatMap(({ Properties }) => {
      const call = asIntrinsic(Properties?.["PermissionsBoundary"] ?? null);
      return call?.name === "Ref" && typeof call.argument === "string" ? [call.argument] : [];
    }),
  );
}

function documentOf({ Properties }: TemplateResource): Json {
  return Properties?.["PolicyDocument"] ?? null;
}

/** The same JSON, whatever the order of its keys. */
function isSame(one: Json, other: Json): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
