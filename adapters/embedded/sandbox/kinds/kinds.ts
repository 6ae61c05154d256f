import { own } from "../../../../core/template/template.ts";
import type { Value } from "../../../../core/template/unknown.ts";
import { COMPUTE } from "./compute.ts";
import { IDENTITY } from "./identity.ts";
import { arn, type Kind, letters, nameOf, property, type Subject } from "./kind.ts";
import { MESSAGING } from "./messaging.ts";
import { NETWORK } from "./network.ts";
import { STORAGE } from "./storage.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  ...STORAGE,
  ...NETWORK,
  ...COMPUTE,
  ...MESSAGING,
  ...IDENTITY,
};

const ANY: Kind = {};

/** What is known of a type; types the sandbox does not know get sensible defaults. */
export function kindOf(type: string): Kind {
  return own(KINDS, type) ?? ANY;
}

/** The physical id, which is also what `Ref` gives. */
export function physicalIdOf(subject: Subject): string {
  const kind = kindOf(subject.type);
  return kind.id?.(subject) ?? nameOf(subject, kind.name);
}

/** What `Fn::GetAtt` gives: the type's own, else a property of that name, else something that looks right. */
export function attributeOf(subject: Subject, physicalId: string, attribute: string): Value {
  const known = own(kindOf(subject.type).attributes?.(subject, physicalId), attribute);
  const given = known ?? own(subject.properties, attribute);
  if (given !== undefined) return given as Value;
  const [, service = "custom", resource = "resource"] = subject.type.toLowerCase().split("::");
  if (attribute === "Arn" || attribute.endsWith("Arn"))
    return arn(subject, service, `${resource}/${physicalId}`);
  if (attribute === "Id" || attribute.endsWith("Id")) return physicalId;
  return `${subject.logicalId.toLowerCase()}-${letters(subject, 12, attribute)}`;
}

/** The key no other resource may hold at the same time; undefined when CloudFormation made the name up. */
export function uniqueName(subject: Subject, environment: string): string | undefined {
  const kind = kindOf(subject.type);
  const name = property(subject, kind.name);
  if (kind.unique === undefined || name === undefined) return undefined;
  return [kind.unique === "world" ? "world" : environment, subject.type, name].join("|");
}

/** The type's DeletionPolicy when the template gives none: databases that stand alone keep a snapshot. */
export function defaultDeletionPolicy(type: string, properties: Readonly<Record<string, unknown>>): string {
  if (type === "AWS::RDS::DBCluster") return "Snapshot";
  return type === "AWS::RDS::DBInstance" && properties["DBClusterIdentifier"] === undefined
    ? "Snapshot"
    : "Delete";
}
