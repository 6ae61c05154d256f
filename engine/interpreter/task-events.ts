import type { Resource } from "../definition/resource.ts";
import { detailsName, type EventDetails, type EventType } from "../history/event.ts";
import type { JsonObject } from "../json.ts";

/** What is recorded when a Task is scheduled. */
interface Scheduling {
  readonly region: string;
  readonly parameters: string;
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
  readonly roleArn: string | undefined;
}

/** The events of a Task, which differ between a function called by its own ARN and a service integration. */
interface TaskEvents {
  readonly scheduled: EventType;
  readonly started: EventType;
  readonly succeeded: EventType;
  readonly failed: EventType;
  readonly timedOut: EventType;
  /** What the service calls the Task where it speaks of its result. */
  readonly nameInCauses: string;
  scheduledDetails(scheduling: Scheduling): EventDetails;
  details(type: EventType, details: JsonObject): EventDetails;
}

const cache = new WeakMap<Resource, TaskEvents>();

export function taskEvents(resource: Resource): TaskEvents {
  let events = cache.get(resource);
  if (!events) {
    events = resource.kind === "function" ? functionEvents(resource) : serviceEvents(resource);
    cache.set(resource, events);
  }
  return events;
}

function functionEvents(resource: Extract<Resource, { kind: "function" }>): TaskEvents {
  return {
    scheduled: "LambdaFunctionScheduled",
    started: "LambdaFunctionStarted",
    succeeded: "LambdaFunctionSucceeded",
    failed: "LambdaFunctionFailed",
    timedOut: "LambdaFunctionTimedOut",
    nameInCauses: resource.arn,
    scheduledDetails: (scheduling) => ({
      lambdaFunctionScheduledEventDetails: {
        resource: resource.arn,
        input: scheduling.parameters,
        ...timeLimits(scheduling),
      },
    }),
    // LambdaFunctionStarted alone has no details.
    details: (type, details) => (type === "LambdaFunctionStarted" ? {} : { [detailsName(type)]: details }),
  };
}

function serviceEvents(resource: Extract<Resource, { kind: "service" }>): TaskEvents {
  const what = { resourceType: resource.resourceType, resource: resource.resource };
  return {
    scheduled: "TaskScheduled",
    started: "TaskStarted",
    succeeded: "TaskSucceeded",
    failed: "TaskFailed",
    timedOut: "TaskTimedOut",
    nameInCauses: resource.resourceType,
    scheduledDetails: (scheduling) => ({
      taskScheduledEventDetails: {
        ...what,
        region: scheduling.region,
        parameters: scheduling.parameters,
        ...timeLimits(scheduling),
      },
    }),
    details: (type, details) => ({ [detailsName(type)]: { ...what, ...details } }),
  };
}

function timeLimits({ timeout, heartbeat, roleArn }: Scheduling): JsonObject {
  return {
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
    ...(roleArn === undefined ? {} : { taskCredentials: { roleArn } }),
  };
}
