import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import type { ResourceStatus, StackEvent, StackStatus } from "../../../core/cloud/stack.ts";
import type { Json, JsonObject } from "../../../core/template/template.ts";
import type { Operation } from "./operation/operation.ts";

export type Environment = CloudTarget["environment"];

/** What a stack is asked to be. */
export interface Definition {
  /** As submitted. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A stack as it is worked on within one transaction. Instants are milliseconds since 1970. */
export interface StackState {
  readonly stackId: string;
  readonly environment: Environment;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  status: StackStatus;
  statusReason: string | undefined;
  lastUpdatedAt: number | undefined;
  deletedAt: number | undefined;
  /** What it runs now; undefined until a first change set is executed. */
  definition: Definition | undefined;
  outputs: Readonly<Record<string, string>>;
  /** What other stacks may import, by export name. */
  exports: Readonly<Record<string, string>>;
  policy: string | undefined;
  lastEventAt: number;
  /** No event is dated later, but for the millisecond that keeps it after the one before. Not stored. */
  latest: number;
  operation: Operation | undefined;
  /** The resources in the stack's record: the current ones, and those replaced that wait to be deleted. */
  resources: ResourceState[];
  /** The highest generation each logical id ever had. */
  readonly generations: Map<string, number>;
  /** Not stored yet. */
  events: StackEvent[];
}

/** One physical resource and what the stack knows of it. */
export interface ResourceState {
  readonly logicalId: string;
  readonly generation: number;
  readonly type: string;
  /** Empty until it has one. */
  physicalId: string;
  status: ResourceStatus;
  statusReason: string | undefined;
  /** In the stack's record at all. A retained resource is not, though it goes on existing. */
  held: boolean;
  /** The one behind its logical id. */
  current: boolean;
  /** The properties the stack asked for. */
  expected: JsonObject;
  /** The properties it has; undefined while it does not exist. */
  actual: JsonObject | undefined;
  /** What is wrong with it besides its properties, such as `stopped`. */
  broken: string | undefined;
  attributes: ResourceAttributes;
}

/** What the template says of a resource besides its properties. */
export interface ResourceAttributes {
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly updatePolicy: Json;
  readonly metadata: Json;
}

export function currentResource(stack: StackState, logicalId: string): ResourceState | undefined {
  return stack.resources.find((resource) => resource.current && resource.logicalId === logicalId);
}

export function resourceOf(stack: StackState, logicalId: string, generation: number): ResourceState {
  const found = stack.resources.find(
    (resource) => resource.logicalId === logicalId && resource.generation === generation,
  );
  if (found === undefined) throw new Error(`${stack.name} has no ${logicalId} of generation ${generation}`);
  return found;
}
