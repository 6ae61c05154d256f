/** What a Task calls: a function by its own ARN, or one of the service integrations the engine has. */
export type Resource =
  | { readonly kind: "function"; readonly arn: string }
  | {
      readonly kind: "service";
      readonly service: Service;
      readonly arn: string;
      /** The history's resourceType and resource, such as `lambda` and `invoke.waitForTaskToken`. */
      readonly resourceType: string;
      readonly resource: string;
      readonly waitForTaskToken: boolean;
    };

export type Service =
  | "lambda:invoke"
  | "events:putEvents"
  | "sqs:sendMessage"
  | "states:startExecution.sync:2";

const FUNCTION_ARN =
  /^arn:(aws[a-z-]*):lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:(\$LATEST|[A-Za-z0-9_-]+))?$/;
const SERVICE_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:([a-z]+):([A-Za-z]+)(\.[A-Za-z:0-9]+)?$/;

const SERVICES: ReadonlyMap<string, Service> = new Map([
  ["lambda:invoke", "lambda:invoke"],
  ["lambda:invoke.waitForTaskToken", "lambda:invoke"],
  ["events:putEvents", "events:putEvents"],
  ["sqs:sendMessage", "sqs:sendMessage"],
  ["sqs:sendMessage.waitForTaskToken", "sqs:sendMessage"],
  ["states:startExecution.sync:2", "states:startExecution.sync:2"],
]);

/** The resources a Task may name, for messages. */
export const SUPPORTED_RESOURCES = [
  "the ARN of a Lambda function",
  ...[...SERVICES.keys()].map((key) => `arn:aws:states:::${key}`),
];

/** What a Task's Resource stands for; undefined when the engine does not have it. */
export function parseResource(arn: string): Resource | undefined {
  if (FUNCTION_ARN.test(arn)) return { kind: "function", arn };
  const [, resourceType, action, pattern = ""] = SERVICE_ARN.exec(arn) ?? [];
  if (!resourceType || !action) return undefined;
  const service = SERVICES.get(`${resourceType}:${action}${pattern}`);
  return (
    service && {
      kind: "service",
      service,
      arn,
      resourceType,
      resource: `${action}${pattern}`,
      waitForTaskToken: pattern === ".waitForTaskToken",
    }
  );
}
