import { isObject, own, type Template, type TemplateResource } from "../template/template.ts";
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
    ({ type, holds }) => type === was.Type && holds(was.Properties ?? {}) && !holds(is.Properties ?? {}),
  ).map(({ type, kind, name }) => ({ logicalId, type, kind, lost: name }));
}

/** Roles and users whose permission boundary the new template removes or exchanges. */
export function boundaryChanges(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([logicalId, was]) => {
    const boundary = was.Properties?.["PermissionsBoundary"];
    const is = own(after.Resources, logicalId);
    if (boundary === undefined || !is) return [];
    return JSON.stringify(is.Properties?.["PermissionsBoundary"]) === JSON.stringify(boundary)
      ? []
      : [logicalId];
  });
}

/** Ports databases listen on: MySQL, PostgreSQL, SQL Server, Oracle, Redis, MongoDB, Redshift. */
const DATABASE_PORTS = [3306, 5432, 1433, 1521, 6379, 27017, 5439];

const EVERYBODY = new Set(["0.0.0.0/0", "::/0"]);

/** Databases the template makes reachable from the internet, with how. */
export function publicDatabases(template: Template): { logicalId: string; how: string }[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type.startsWith("AWS::RDS::") && isYes(Properties["PubliclyAccessible"])) {
      return [{ logicalId, how: "it is publicly accessible" }];
    }
    const rules = ingressRules(Type, Properties);
    const open = rules.find((rule) => isForEverybody(rule) && coversDatabase(rule));
    return open ? [{ logicalId, how: "it admits everybody to a database's port" }] : [];
  });
}

/** Ingress rules of a security group, wherever the template writes them. */
export function ingressRules(
  type: string,
  properties: Readonly<Record<string, unknown>>,
): Record<string, unknown>[] {
  if (type === "AWS::EC2::SecurityGroupIngress") return [properties];
  const inline = properties["SecurityGroupIngress"];
  return type === "AWS::EC2::SecurityGroup" && Array.isArray(inline) ? inline.filter(isObject) : [];
}

export function isForEverybody(rule: Readonly<Record<string, unknown>>): boolean {
  return EVERYBODY.has(String(rule["CidrIp"])) || EVERYBODY.has(String(rule["CidrIpv6"]));
}

function coversDatabase(rule: Readonly<Record<string, unknown>>): boolean {
  if (String(rule["IpProtocol"]) === "-1") return true;
  const from = Number(rule["FromPort"]);
  const to = Number(rule["ToPort"] ?? rule["FromPort"]);
  return DATABASE_PORTS.some((port) => from <= port && port <= to);
}

function isYes(value: unknown): boolean {
  return value === true || value === "true";
}
