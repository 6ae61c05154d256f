import { isObject, type Json, type JsonObject } from "../../template/template.ts";

interface Pointing {
  readonly address: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  /** Known values that identify it. */
  readonly names: readonly string[];
}

/** Properties through which resources find one another, once in CloudFormation's terms. */
const POINTERS = new Set([
  "TaskDefinition",
  "DBClusterIdentifier",
  "LaunchTemplateId",
  "LaunchConfigurationName",
  "FunctionName",
  "SourceDBInstanceIdentifier",
  "SubnetId",
  "VPCZoneIdentifier",
  "GroupId",
  "StreamARN",
  "Role",
  "PolicyArn",
]);

/** Replaces known ids and ARNs by references to the resources of this plan that have them. */
export function pointed<T extends Pointing>(planned: readonly T[]): T[] {
  const owners = new Map<string, string>();
  for (const { names, address } of planned) for (const name of names) owners.set(name, address);
  const point = (value: Json): Json => {
    if (typeof value === "string") return owners.has(value) ? { Ref: owners.get(value) as string } : value;
    return Array.isArray(value) ? (value as readonly Json[]).map(point) : value;
  };
  const through = (properties: JsonObject | undefined): JsonObject | undefined =>
    properties &&
    Object.fromEntries(
      Object.entries(properties).map(([name, value]) => {
        if (POINTERS.has(name)) return [name, point(value)];
        return name === "LaunchTemplate" && isObject(value) ? [name, through(value) as Json] : [name, value];
      }),
    );
  return planned.map((one) => ({ ...one, before: through(one.before), after: through(one.after) }));
}
