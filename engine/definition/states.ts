import { isObject, type Json } from "../json.ts";
import { constant, type Template } from "../jsonata/template.ts";
import { parseTimestamp } from "../timestamp.ts";
import { argumentsProblem, fieldsProblem } from "./arguments.ts";
import { fallible } from "./error-handling.ts";
import type { Fields } from "./fields.ts";
import { DISTRIBUTED_FIELDS } from "./known-fields.ts";
import type {
  Choice,
  FailState,
  MapState,
  ParallelState,
  PassState,
  Scope,
  State,
  SucceedState,
  TaskState,
  WaitState,
} from "./machine.ts";
import { flow, outlet } from "./outlets.ts";
import type { Access } from "./reserved.ts";
import { parseResource, type Service, SUPPORTED_RESOURCES } from "./resource.ts";

/** Reads the scope of a branch or a processor. */
export type ReadScope = (value: Json | undefined, fields: Fields, field: string, path: string) => Scope;

const SECONDS = { whole: true, least: 1, most: 99_999_999 };
const WAIT_SECONDS = { whole: true, least: 0, most: 99_999_999 };
const ANY_COUNT = { whole: true, least: 0, most: Number.MAX_SAFE_INTEGER };
const PERCENTAGE = { whole: false, least: 0, most: 100 };
const RESULT: Access = { result: true };

/** Reads one state; undefined when its type is not one. */
export function readState(
  name: string,
  fields: Fields,
  path: string,
  readScope: ReadScope,
): State | undefined {
  switch (fields.value("Type")) {
    case "Pass":
      return readPass(name, fields);
    case "Task":
      return readTask(name, fields);
    case "Choice":
      return {
        type: "Choice",
        name,
        ...outlet(fields),
        choices: choices(fields),
        default: fields.string("Default"),
      };
    case "Wait":
      return readWait(name, fields);
    case "Succeed":
      return { type: "Succeed", name, ...outlet(fields) } satisfies SucceedState;
    case "Fail":
      return readFail(name, fields);
    case "Parallel":
      return readParallel(name, fields, path, readScope);
    case "Map":
      return readMap(name, fields, path, readScope);
    default:
      fields.refuse(
        "Type",
        `must be Pass, Task, Choice, Wait, Succeed, Fail, Parallel or Map, not ${JSON.stringify(fields.value("Type"))}`,
      );
      return undefined;
  }
}

function readPass(name: string, fields: Fields): PassState {
  const result = fields.value("Result");
  return {
    type: "Pass",
    name,
    ...flow(fields),
    // JSONPath's Result is the output as it is written, which a constant Output says as well.
    ...(fields.language === "JSONPath" && result !== undefined ? { output: constant(result) } : {}),
  };
}

function readFail(name: string, fields: Fields): FailState {
  return { type: "Fail", name, error: fields.stringTemplate("Error"), cause: fields.stringTemplate("Cause") };
}

function readWait(name: string, fields: Fields): WaitState {
  const seconds = fields.numberTemplate("Seconds", WAIT_SECONDS);
  const timestamp = fields.stringTemplate("Timestamp");
  if (timestamp?.kind === "constant" && parseTimestamp(String(timestamp.value)) === undefined) {
    fields.refuse("Timestamp", "must be an RFC 3339 timestamp, such as 2026-01-31T12:00:00Z");
  }
  if (fields.has("Seconds") === fields.has("Timestamp")) {
    fields.refuse("Seconds", "a Wait state must have exactly one of Seconds and Timestamp");
  }
  return { type: "Wait", name, ...flow(fields), seconds, timestamp };
}

function readTask(name: string, fields: Fields): TaskState {
  const arn = fields.requiredString("Resource");
  const resource = arn === undefined ? undefined : parseResource(arn);
  if (arn !== undefined && !resource) {
    fields.refuse("Resource", `'${arn}' is not one the engine has: ${SUPPORTED_RESOURCES.join(", ")}`);
  }
  const timeoutSeconds = fields.numberTemplate("TimeoutSeconds", SECONDS);
  const heartbeatSeconds = fields.numberTemplate("HeartbeatSeconds", SECONDS);
  checkTimes(fields, timeoutSeconds?.kind === "constant" ? timeoutSeconds.value : undefined);
  const callArguments = fields.template("Arguments");
  if (resource?.kind === "service" && callArguments) checkArguments(fields, resource.service, callArguments);
  return {
    type: "Task",
    name,
    ...flow(fields, RESULT),
    ...fallible(fields),
    resource: resource ?? { kind: "function", arn: arn ?? "" },
    arguments: callArguments,
    credentials: credentials(fields),
    timeoutSeconds,
    heartbeatSeconds,
  };
}

/** Reads Credentials, which name the role that a Task is called with. */
function credentials(fields: Fields): Template | undefined {
  const template = fields.template("Credentials");
  const value = fields.value("Credentials");
  if (template && template.kind !== "expression" && !(isObject(value) && Object.hasOwn(value, "RoleArn"))) {
    fields.refuse("Credentials", "The field 'RoleArn' is required but was missing");
  }
  return template;
}

/** Complains about Arguments that no call of the service can have, as far as they are written out. */
function checkArguments(fields: Fields, service: Service, template: Template): void {
  if (template.kind === "expression") return;
  const problem =
    template.kind === "object"
      ? fieldsProblem(
          service,
          template.fields.map(([name]) => name),
        )
      : argumentsProblem(service, template.kind === "constant" ? template.value : []);
  if (problem) fields.refuse("Arguments", problem);
}

function checkTimes(fields: Fields, timeout: Json | undefined): void {
  if (!fields.has("TimeoutSeconds")) {
    fields.warn("TimeoutSeconds", "is missing: a Task without one may wait for its answer for a year");
  }
  const heartbeat = fields.value("HeartbeatSeconds");
  if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout) {
    fields.refuse("HeartbeatSeconds", "must be smaller than TimeoutSeconds");
  }
}

function readParallel(name: string, fields: Fields, path: string, readScope: ReadScope): ParallelState {
  if (!fields.has("Branches")) fields.refuse("Branches", "is missing");
  const branches = fields.list("Branches") ?? [];
  if (fields.has("Branches") && branches.length === 0)
    fields.refuse("Branches", "must hold at least one branch");
  return {
    type: "Parallel",
    name,
    ...flow(fields, RESULT),
    ...fallible(fields),
    arguments: fields.template("Arguments"),
    branches: branches.map((branch, index) =>
      readScope(branch, fields, `Branches[${index}]`, `${path}#${index}`),
    ),
  };
}

function readMap(name: string, fields: Fields, path: string, readScope: ReadScope): MapState {
  // The older name of the same.
  const field = fields.has("Iterator") && !fields.has("ItemProcessor") ? "Iterator" : "ItemProcessor";
  const processor = fields.object_(field);
  const config = processor && isObject(processor["ProcessorConfig"]) ? processor["ProcessorConfig"] : {};
  if (config["Mode"] !== undefined && config["Mode"] !== "INLINE") {
    fields.refuse(`${field}/ProcessorConfig/Mode`, "the engine runs inline Maps only: use INLINE");
  }
  for (const name of DISTRIBUTED_FIELDS) {
    if (fields.has(name))
      fields.refuse(name, "belongs to a distributed Map, and the engine runs inline Maps only");
  }
  const items = fields.template("Items");
  if (items?.kind === "constant" && (typeof items.value !== "object" || items.value === null)) {
    fields.refuse("Items", "must be an array, an object or an expression that gives an array");
  }
  return {
    type: "Map",
    name,
    ...flow(fields, RESULT),
    ...fallible(fields),
    items,
    itemSelector: fields.template("ItemSelector"),
    maxConcurrency: fields.numberTemplate("MaxConcurrency", ANY_COUNT),
    toleratedFailureCount: fields.numberTemplate("ToleratedFailureCount", ANY_COUNT),
    toleratedFailurePercentage: fields.numberTemplate("ToleratedFailurePercentage", PERCENTAGE),
    processor: readScope(processor, fields, field, path),
  };
}

const CHOICE_FIELDS: ReadonlySet<string> = new Set(["Condition", "Next", "Output", "Assign", "Comment"]);

function choices(fields: Fields): Choice[] {
  const list = fields.objects("Choices");
  if (list.length === 0) fields.refuse("Choices", "must be an array with at least one choice");
  return list.map(([field, object]) => {
    const inside = fields.inside(field, object);
    inside.only(CHOICE_FIELDS, "a choice in JSONata");
    const condition = inside.template("Condition");
    if (!condition || (condition.kind !== "expression" && typeof inside.value("Condition") !== "boolean")) {
      inside.refuse("Condition", "must be true, false or an expression that gives one of them");
    }
    return {
      condition: condition ?? constant(false),
      next: inside.requiredString("Next") ?? "",
      ...outlet(inside),
    };
  });
}
