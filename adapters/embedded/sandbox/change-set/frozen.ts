import { evaluation } from "../../../../core/template/evaluation.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  own,
  type Template,
  type TemplateResource,
} from "../../../../core/template/template.ts";
import { toJson, type Value } from "../../../../core/template/unknown.ts";
import { availabilityZones, pseudoParameters } from "../operation/blueprint.ts";
import type { Definition, StackState } from "../state.ts";

/** A resource with everything resolved except what other resources will say, which stands as a marked text. */
export interface FrozenResource {
  readonly type: string;
  readonly properties: JsonObject;
  readonly source: TemplateResource;
}

export interface FrozenTemplate {
  readonly template: Template;
  readonly resources: ReadonlyMap<string, FrozenResource>;
  /** What the outputs say, as text to compare. */
  readonly outputs: string;
}

type Place = Pick<StackState, "account" | "region" | "stackId" | "name">;

// From Unicode's private use area, so that no template contains them by accident.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const MARK = /\uE000([^\uE001.]+)(?:\.([^\uE001]+))?\uE001/g;

/**
 * Resolves parameters, conditions and mappings and freezes the references between resources, so that two
 * definitions can be compared property by property.
 */
export function freeze(place: Place, definition: Definition): FrozenTemplate {
  const template = JSON.parse(definition.template) as Template;
  const read = evaluation(template, {
    parameters: definition.parameters,
    pseudo: pseudoParameters(place),
    availabilityZones,
    ref: (logicalId) => OPEN + logicalId + CLOSE,
    attribute: (logicalId, attribute) => `${OPEN}${logicalId}.${attribute}${CLOSE}`,
  });
  const included = Object.entries(template.Resources).filter(([, one]) => read.includes(one) === true);
  const resources = included.map(([logicalId, source]): [string, FrozenResource] => [
    logicalId,
    { type: source.Type, properties: toJson(read.properties(logicalId)) as JsonObject, source },
  ]);
  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, output]) => read.includes(output) === true)
    .map(([name, output]) => [
      name,
      asJson(read.value(output.Value)),
      asJson(read.value(output.Export ?? {})),
    ]);
  return { template, resources: new Map(resources), outputs: JSON.stringify(outputs) };
}

function asJson(value: Value | undefined): Json {
  return value === undefined ? null : toJson(value);
}

/** The other resources a frozen value hangs on. */
export function marksIn(value: Json | undefined): readonly { logicalId: string; attribute?: string }[] {
  if (typeof value === "string")
    return [...value.matchAll(MARK)].map(([, logicalId = "", attribute]) =>
      attribute === undefined ? { logicalId } : { logicalId, attribute },
    );
  if (Array.isArray(value) || isObject(value)) return (Object.values(value) as Json[]).flatMap(marksIn);
  return [];
}

/** The property as the template writes it. */
export function written(frozen: FrozenTemplate, logicalId: string, property: string): Json {
  return own(own(frozen.template.Resources, logicalId)?.Properties, property) ?? null;
}
