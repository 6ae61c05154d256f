import { dependencies } from "../../../../core/template/dependencies.ts";
import { type Evaluation, evaluation } from "../../../../core/template/evaluation.ts";
import type { Known } from "../../../../core/template/known.ts";
import {
  type JsonObject,
  own,
  type Template,
  type TemplateResource,
} from "../../../../core/template/template.ts";
import { toJson, unknownsIn, type Value } from "../../../../core/template/unknown.ts";
import type { Subject } from "../kinds/kind.ts";
import { attributeOf, defaultDeletionPolicy } from "../kinds/kinds.ts";
import {
  currentResource,
  type Definition,
  type ResourceAttributes,
  type ResourceState,
  type StackState,
} from "../state.ts";
import type { World } from "./operation.ts";

const ZONES = ["a", "b", "c"];

/** A definition read with what exists of the stack, resource by resource. */
export interface Blueprint {
  readonly template: Template;
  readonly evaluation: Evaluation;
  /** The logical ids whose condition holds, in the order of the template. */
  readonly included: readonly string[];
  /** What each included one waits for, among the included. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
}

export function blueprint(stack: StackState, definition: Definition, world: World): Blueprint {
  const template = JSON.parse(definition.template) as Template;
  const read = evaluation(template, knownOf(stack, definition, world));
  const included = Object.keys(template.Resources).filter(
    (id) => read.includes(own(template.Resources, id) as TemplateResource) === true,
  );
  const among = new Set(included);
  const dependsOn = new Map(
    [...dependencies(template)]
      .filter(([id]) => among.has(id))
      .map(([id, others]) => [id, others.filter((other) => among.has(other))]),
  );
  return { template, evaluation: read, included, dependsOn };
}

/** The pseudo parameters a stack sees. */
export function pseudoParameters(
  stack: Pick<StackState, "account" | "region" | "stackId" | "name">,
): NonNullable<Known["pseudo"]> {
  return {
    "AWS::AccountId": stack.account,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": stack.region,
    "AWS::StackId": stack.stackId,
    "AWS::StackName": stack.name,
    "AWS::URLSuffix": "amazonaws.com",
  };
}

export function availabilityZones(region: string): readonly string[] {
  return ZONES.map((zone) => region + zone);
}

function knownOf(stack: StackState, definition: Definition, world: World): Known {
  return {
    parameters: definition.parameters,
    pseudo: pseudoParameters(stack),
    availabilityZones,
    ref: (logicalId) => currentResource(stack, logicalId)?.physicalId,
    attribute: (logicalId, attribute) => {
      const resource = currentResource(stack, logicalId);
      return resource === undefined ? undefined : readAttribute(stack, resource, attribute);
    },
    exported: (name) => world.exported(stack, name),
  };
}

export function subjectOf(stack: StackState, resource: ResourceState): Subject {
  return {
    type: resource.type,
    stackName: stack.name,
    stackId: stack.stackId,
    logicalId: resource.logicalId,
    generation: resource.generation,
    properties: resource.expected,
    account: stack.account,
    region: stack.region,
  };
}

function readAttribute(stack: StackState, resource: ResourceState, attribute: string): Value {
  return attributeOf(subjectOf(stack, resource), resource.physicalId, attribute);
}

/** The properties a resource is asked to have now, and what makes that impossible. */
export function resolve(plan: Blueprint, logicalId: string): { properties: JsonObject; doom?: string } {
  const values = plan.evaluation.properties(logicalId);
  const missing = unknownsIn(values).flatMap((unknown) => unknown.because);
  const absent = missing.find((because) => because.startsWith("the export "));
  const properties = toJson(values) as JsonObject;
  if (absent === undefined) return { properties };
  return { properties, doom: `No export named ${absent.slice("the export ".length)} found` };
}

export function attributesOf(plan: Blueprint, logicalId: string, properties: JsonObject): ResourceAttributes {
  const resource = own(plan.template.Resources, logicalId) as TemplateResource;
  return {
    dependsOn: plan.dependsOn.get(logicalId) ?? [],
    deletionPolicy: resource.DeletionPolicy ?? defaultDeletionPolicy(resource.Type, properties),
    updateReplacePolicy: resource.UpdateReplacePolicy ?? "Delete",
    updatePolicy: resource.UpdatePolicy ?? null,
    metadata: resource.Metadata ?? null,
  };
}

/** The stack's outputs, as text. */
export function outputsOf(plan: Blueprint): Readonly<Record<string, string>> {
  const outputs = Object.entries(plan.template.Outputs ?? {})
    .filter(([, output]) => plan.evaluation.includes(output) === true)
    .map(([name, output]) => [name, asText(plan.evaluation.value(output.Value))] as const);
  return Object.fromEntries(outputs);
}

/** The names under which other stacks may import an output. */
export function exportsOf(plan: Blueprint): Readonly<Record<string, string>> {
  const exported = Object.values(plan.template.Outputs ?? {})
    .filter((output) => output.Export !== undefined && plan.evaluation.includes(output) === true)
    .map((output) => [
      asText(plan.evaluation.value(output.Export?.["Name"] ?? "")),
      asText(plan.evaluation.value(output.Value)),
    ]);
  return Object.fromEntries(exported) as Record<string, string>;
}

function asText(value: Value | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
