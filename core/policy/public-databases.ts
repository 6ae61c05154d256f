import { itemsOf, possibleValues } from "../template/branches.ts";
import type { Evaluation } from "../template/evaluation.ts";
import { type Json, own, type Template } from "../template/template.ts";
import { isUnknown, type Value } from "../template/unknown.ts";
import { covers, type IngressRule, ingressRules, networkOf, openToEverybody } from "./ingress.ts";
import { admitsEverybody } from "./resource-policy.ts";

/** Ports databases listen on: MySQL, PostgreSQL, SQL Server, Oracle, Redis, MongoDB, Redshift. */
const DATABASE_PORTS = [3306, 5432, 1433, 1521, 6379, 27017, 5439];

/** Services whose resources are databases that can be given a public address. */
const DATABASES = /^AWS::(RDS|Redshift|RedshiftServerless|DocDB|Neptune)::/;

/** Services whose resources are databases behind security groups. */
const GUARDED = /^AWS::(RDS|Redshift|RedshiftServerless|DocDB|Neptune|ElastiCache|MemoryDB|DAX)::/;

/** Databases that are reached by their names, and guarded by policies of their own. */
const TABLES = /^AWS::DynamoDB::/;

/** Databases the template makes reachable from the internet, with how. */
export function publicDatabases(
  template: Template,
  parameters?: Readonly<Record<string, string>>,
): { logicalId: string; how: string }[] {
  const seen = networkOf(template, parameters);
  const accessible = Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const { Type, Properties = {} } = resource;
    if (seen.includes(resource) === false) return [];
    if (TABLES.test(Type) && admitsEverybody(Properties, seen))
      return [{ logicalId, how: "its resource policy admits everybody" }];
    const how = DATABASES.test(Type) && exposed(possibleValues(Properties["PubliclyAccessible"], seen));
    return how ? [{ logicalId, how }] : [];
  });
  const ports = portsByGroup(template, seen);
  const rules = ingressRules(template, seen).filter((rule) => covers(rule, portsOf(rule, ports)));
  const open = [...openToEverybody(rules, template, seen)].map((logicalId) => ({
    logicalId,
    how: "it admits everybody to a database's port",
  }));
  return [...accessible, ...open];
}

/** A value that only the deployment knows may be anything. */
function exposed(values: readonly Value[]): string | undefined {
  const said = values.map((value) => (isUnknown(value) ? "" : String(value).toLowerCase()));
  if (said.includes("true")) return "it is publicly accessible";
  return said.every((text) => text === "false") ? undefined : "it may turn out publicly accessible";
}

/** Stands for every group, where a database does not say yet which are its own. */
const EVERY_GROUP = "*";

type Ports = ReadonlyMap<string, readonly (number | undefined)[]>;

/** Ports that databases say they listen on, by the groups that guard them. */
function portsByGroup(template: Template, seen: Evaluation): Ports {
  const found = Object.values(template.Resources)
    .filter(({ Type }) => GUARDED.test(Type))
    .flatMap(({ Properties = {} }) => {
      const groups = ["VpcSecurityGroupIds", "VPCSecurityGroups", "SecurityGroupIds"].flatMap((name) =>
        groupsIn(own(Properties, name), seen),
      );
      return groups.flatMap((group) =>
        possibleValues(Properties["Port"], seen).map((port) => ({ group, port: portIn(port) })),
      );
    });
  return new Map(
    [...Map.groupBy(found, ({ group }) => group)].map(([group, of]) => [group, of.map(({ port }) => port)]),
  );
}

function groupsIn(list: Json | undefined, seen: Evaluation): string[] {
  return itemsOf(list, seen)
    .flatMap((item) => possibleValues(item, seen))
    .map((group) => (typeof group === "string" ? group : EVERY_GROUP));
}

function portIn(value: Value): number | undefined {
  const port = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isInteger(port) ? port : undefined;
}

function portsOf({ group }: IngressRule, ports: Ports): readonly number[] | "any" {
  const own = group === undefined ? [...ports.values()].flat() : (ports.get(group) ?? []);
  const all = [...own, ...(ports.get(EVERY_GROUP) ?? [])];
  const known = all.filter((port) => port !== undefined);
  return known.length < all.length ? "any" : [...DATABASE_PORTS, ...known];
}
