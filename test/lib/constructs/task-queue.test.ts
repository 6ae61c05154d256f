import { Match } from "aws-cdk-lib/assertions";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { expect, test } from "vitest";
import { TaskQueue } from "../../../lib/constructs/task-queue.ts";
import { allowedBy, somebody, synthesized } from "./synthesized.ts";

const QUEUE = "AWS::SQS::Queue";

test("a queue and its dead letters are encrypted and kept", () => {
  const template = synthesized((stack) => new TaskQueue(stack, "jobs"));
  template.resourceCountIs(QUEUE, 2);
  template.allResources(QUEUE, {
    DeletionPolicy: "Retain",
    Properties: Match.objectLike({ SqsManagedSseEnabled: true }),
  });
});

test("queues that may go may go", () => {
  const template = synthesized(
    (stack) => new TaskQueue(stack, "jobs", { removalPolicy: RemovalPolicy.DESTROY }),
  );
  template.allResources(QUEUE, { DeletionPolicy: "Delete" });
});

test("a queue and its dead letters answer nobody without TLS", () => {
  const template = synthesized((stack) => new TaskQueue(stack, "jobs"));
  template.resourceCountIs("AWS::SQS::QueuePolicy", 2);
  template.allResourcesProperties("AWS::SQS::QueuePolicy", {
    PolicyDocument: {
      Statement: [
        {
          Effect: "Deny",
          Action: "sqs:*",
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    },
  });
});

test("a task that fails too often waits two weeks for a person", () => {
  const template = synthesized((stack) => new TaskQueue(stack, "jobs", { maxReceiveCount: 3 }));
  template.hasResourceProperties(QUEUE, { RedrivePolicy: { maxReceiveCount: 3 } });
  template.hasResourceProperties(QUEUE, {
    RedrivePolicy: Match.absent(),
    MessageRetentionPeriod: 14 * 24 * 3600,
  });
});

test("a queue keeps and hides messages as long as it was asked to", () => {
  const template = synthesized(
    (stack) => new TaskQueue(stack, "jobs", { visibilityTimeoutSeconds: 900, retentionDays: 2 }),
  );
  template.hasResourceProperties(QUEUE, {
    VisibilityTimeout: 900,
    MessageRetentionPeriod: 2 * 24 * 3600,
  });
});

test("whoever may send may not receive", () => {
  const template = synthesized((stack) => new TaskQueue(stack, "jobs").grantSend(somebody(stack)));
  expect(allowedBy(template)).toEqual(["sqs:SendMessage"]);
});
