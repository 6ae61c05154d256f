import { isObject, type Json } from "../json.ts";
import type { Service } from "./resource.ts";

/** The fields of a call that have to be there, each with its type, and those that may be. */
interface CallFields {
  readonly required: Readonly<Record<string, "STRING" | "ARRAY">>;
  readonly optional: readonly string[];
}

const FIELDS: Record<Service, CallFields> = {
  "lambda:invoke": {
    required: { FunctionName: "STRING" },
    optional: ["Payload", "InvocationType", "Qualifier"],
  },
  "events:putEvents": { required: { Entries: "ARRAY" }, optional: [] },
  "sqs:sendMessage": {
    required: { QueueUrl: "STRING" },
    optional: [
      "MessageBody",
      "DelaySeconds",
      "MessageAttributes",
      "MessageDeduplicationId",
      "MessageGroupId",
      "MessageSystemAttributes",
    ],
  },
  "states:startExecution.sync:2": {
    required: { StateMachineArn: "STRING" },
    optional: ["Input", "Name", "TraceHeader"],
  },
};

/** Why no call of a service can have these fields; undefined when one can. */
export function fieldsProblem(service: Service, names: readonly string[]): string | undefined {
  const { required, optional } = FIELDS[service];
  const unknown = names.find((name) => !Object.hasOwn(required, name) && !optional.includes(name));
  if (unknown !== undefined) return `The field '${unknown}' is not supported by Step Functions`;
  const missing = Object.keys(required).find((name) => !names.includes(name));
  return missing && `The field '${missing}' is required but was missing`;
}

/** Why a value cannot be what a service is called with, as the service says it; undefined when it can. */
export function argumentsProblem(service: Service, value: Json): string | undefined {
  if (!isObject(value)) return "The value must be an object";
  const given = Object.keys(value).filter((name) => value[name] !== null);
  const problem = fieldsProblem(service, given);
  if (problem) return problem;
  for (const [name, type] of Object.entries(FIELDS[service].required)) {
    if ((Array.isArray(value[name]) ? "ARRAY" : (typeof value[name]).toUpperCase()) !== type) {
      return `The value for the field '${name}' must be a ${type}`;
    }
  }
  const { InvocationType } = value;
  if (service !== "lambda:invoke" || InvocationType == null || InvocationType === "RequestResponse")
    return undefined;
  return "The engine waits for what a function answers: InvocationType can only be RequestResponse";
}
