import { canonicalJson } from "../digest.ts";
import { references } from "../template/dependencies.ts";
import { type Evaluation, evaluation } from "../template/evaluation.ts";
import type { Known } from "../template/known.ts";
import { isObject, type Json, type JsonObject, own, type Template } from "../template/template.ts";
import { toJson } from "../template/unknown.ts";
import { fateUnder } from "./deletion.ts";
import {
  type ChangedProperty,
  type ChangedResource,
  type InfrastructureChange,
  inOrderOfAddress,
} from "./infrastructure-change.ts";
import { onlyInterrupts } from "./interruptions.ts";
import { holdsState } from "./stateful.ts";
import { cleanTemplate } from "./template-outline.ts";

/** Knows what changing a property does to a resource, from CloudFormation's own specification. */
export interface Recreation {
  requiresRecreation(type: string, property: string): "Never" | "Conditionally" | "Always";
}

/** A resource as its template has it, with its functions evaluated as far as is known. */
interface Standing {
  readonly type: string;
  readonly properties: JsonObject;
  /** With its functions, from which references are read. */
  readonly written: JsonObject;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
}

export interface TemplateReading {
  readonly region?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A template alone: everything in it is added. */
export function changeOfTemplate(template: Template, reading: TemplateReading = {}): InfrastructureChange {
  const { template: after, notes } = cleanTemplate(template);
  const standing = standingIn(after, reading);
  return {
    source: "template",
    changes: inOrderOfAddress([...standing].map(([address, resource]) => addition(address, resource))),
    after,
    parameters: reading.parameters,
    knowsBefore: true,
    knowsAfter: true,
    notes,
  };
}

/** What putting `after` in the place of `before` would do, replacements included. */
export function changeOfTemplates(
  before: Template,
  after: Template,
  recreation: Recreation,
  reading: TemplateReading = {},
): InfrastructureChange {
  const was = cleanTemplate(before);
  const is = cleanTemplate(after);
  const changes = compare(standingIn(was.template, reading), standingIn(is.template, reading), recreation);
  return {
    source: "two templates",
    changes: inOrderOfAddress(changes),
    before: was.template,
    after: is.template,
    parameters: reading.parameters,
    knowsBefore: true,
    knowsAfter: true,
    notes: [...new Set([...was.notes, ...is.notes])],
  };
}

/** What is known of the world a template is read for; names that only the deployment gives stay unknown. */
export function knownIn({ region, parameters }: TemplateReading): Known {
  return {
    ...(parameters ? { parameters } : {}),
    pseudo: {
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      ...(region === undefined ? {} : { "AWS::Region": region }),
    },
  };
}

function standingIn(template: Template, reading: TemplateReading): Map<string, Standing> {
  const seen = evaluation(template, knownIn(reading));
  return new Map(
    Object.entries(template.Resources).flatMap(([address, resource]) => {
      if (seen.includes(resource) === false) return [];
      const { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy } = resource;
      const standing: Standing = {
        type: Type,
        properties: evaluated(address, seen),
        written: Properties,
        deletionPolicy: textOrNothing(DeletionPolicy, seen),
        updateReplacePolicy: textOrNothing(UpdateReplacePolicy, seen),
      };
      return [[address, standing] as const];
    }),
  );
}

/** The properties of a resource as JSON, what is unknown as the expression it stands for. */
export function evaluated(address: string, seen: Evaluation): JsonObject {
  return toJson(seen.properties(address)) as JsonObject;
}

function textOrNothing(policy: unknown, seen: Evaluation): string | undefined {
  const value = policy === undefined ? undefined : seen.value(policy as Json);
  return typeof value === "string" ? value : undefined;
}

function addition(address: string, { type, properties }: Standing): ChangedResource {
  return {
    address,
    type,
    action: "add",
    changed: [],
    after: properties,
    holdsState: holdsState(type, properties),
  };
}

function removal(address: string, resource: Standing): ChangedResource {
  const { type, properties } = resource;
  return {
    address,
    type,
    action: "remove",
    changed: [],
    before: properties,
    holdsState: holdsState(type, properties),
    fate: fateUnder(resource.deletionPolicy ?? defaultPolicy(resource)),
  };
}

/** CloudFormation takes a last snapshot of databases of which nothing is said. */
function defaultPolicy({ type, properties }: Standing): string | undefined {
  if (type === "AWS::RDS::DBCluster") return "Snapshot";
  const alone = type === "AWS::RDS::DBInstance" && properties["DBClusterIdentifier"] === undefined;
  return alone ? "Snapshot" : undefined;
}

type Standings = ReadonlyMap<string, Standing>;

function compare(before: Standings, after: Standings, recreation: Recreation): ChangedResource[] {
  const removed = [...before].filter(([address]) => !after.has(address));
  const added = [...after].filter(([address]) => !before.has(address));
  const kept = [...after].flatMap(([address, is]) => {
    const was = before.get(address);
    return was ? [{ address, was, is, changed: ownChanges(was, is, recreation) }] : [];
  });
  const settled = withInherited(kept, recreation);
  return [
    ...removed.map(([address, resource]) => removal(address, resource)),
    ...added.map(([address, resource]) => addition(address, resource)),
    ...settled.filter(({ changed, was, is }) => changed.length > 0 || was.type !== is.type).map(modification),
  ];
}

interface Kept {
  readonly address: string;
  readonly was: Standing;
  readonly is: Standing;
  readonly changed: readonly ChangedProperty[];
}

function modification({ address, was, is, changed }: Kept): ChangedResource {
  const replaces = replacesResource(was, is, changed);
  return {
    address,
    type: is.type,
    action: replaces ? "replace" : "modify",
    changed,
    before: was.properties,
    after: is.properties,
    holdsState: holdsState(was.type, was.properties) || holdsState(is.type, is.properties),
    ...(replaces ? { fate: fateUnder(is.updateReplacePolicy) } : {}),
  };
}

/** A replacement that may or may not happen counts as one where data is at stake. */
function replacesResource(was: Standing, is: Standing, changed: readonly ChangedProperty[]): boolean {
  if (was.type !== is.type) return true;
  const must = holdsState(is.type, is.properties) ? ["always", "conditionally"] : ["always"];
  return changed.some(({ requiresRecreation }) => must.includes(requiresRecreation));
}

function ownChanges(was: Standing, is: Standing, recreation: Recreation): ChangedProperty[] {
  const names = new Set([...Object.keys(was.properties), ...Object.keys(is.properties)]);
  const properties = [...names].flatMap((name): ChangedProperty[] => {
    const [one, other] = [own(was.properties, name), own(is.properties, name)];
    if (isSame(one, other)) return [];
    const harmless = isReordered(one, other) || onlyInterrupts(is.type, name);
    const required = harmless ? "Never" : recreation.requiresRecreation(is.type, name);
    return [{ path: `Properties.${name}`, requiresRecreation: LOWER[required] }];
  });
  const policies = (["deletionPolicy", "updateReplacePolicy"] as const)
    .filter((name) => was[name] !== is[name])
    .map(
      (name): ChangedProperty => ({
        path: name === "deletionPolicy" ? "DeletionPolicy" : "UpdateReplacePolicy",
        requiresRecreation: "never",
      }),
    );
  return [...properties, ...policies].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const LOWER = { Never: "never", Conditionally: "conditionally", Always: "always" } as const;

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return (
    one === other || JSON.stringify(one) === JSON.stringify(other) || canonical(one) === canonical(other)
  );
}

function canonical(value: Json | undefined): string {
  return canonicalJson(value ?? null);
}

/** The same items in another order. */
function isReordered(one: Json | undefined, other: Json | undefined): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  const sorted = (list: readonly Json[]) => list.map(canonical).sort().join("\n");
  return sorted(one) === sorted(other);
}

/** What refers to a resource that is replaced gets another value with it, and may have to be replaced itself. */
function withInherited(kept: readonly Kept[], recreation: Recreation): Kept[] {
  let settled = [...kept];
  for (let round = 0; round < kept.length; round += 1) {
    const replaced = new Set(
      settled
        .filter(({ was, is, changed }) => replacesResource(was, is, changed))
        .map(({ address }) => address),
    );
    const next = settled.map((one) => inheriting(one, replaced, recreation));
    if (next.every((one, index) => one.changed.length === settled[index]?.changed.length)) return settled;
    settled = next;
  }
  return settled;
}

function inheriting(one: Kept, replaced: ReadonlySet<string>, recreation: Recreation): Kept {
  if (replaced.size === 0) return one;
  const has = new Set(one.changed.map(({ path }) => path));
  const inherited = Object.entries(one.is.written).flatMap(([name, value]): ChangedProperty[] => {
    const path = `Properties.${name}`;
    if (has.has(path) || !isObjectOrList(value)) return [];
    if (!references(value).some((reference) => replaced.has(reference.name))) return [];
    return [{ path, requiresRecreation: LOWER[recreation.requiresRecreation(one.is.type, name)] }];
  });
  return inherited.length === 0 ? one : { ...one, changed: [...one.changed, ...inherited] };
}

function isObjectOrList(value: Json): boolean {
  return isObject(value) || Array.isArray(value);
}
