import * as z from "zod";
import { block } from "./block.ts";

export const taskQueue = block({
  name: "task_queue",
  title: "SQS queue with dead letters",
  keywords: ["queue", "sqs", "jobs", "tasks", "background", "worker", "asynchronous", "async"],
  holdsState: true,
  parameters: z.strictObject({
    visibilityTimeoutSeconds: z.int().min(0).max(43_200).default(60),
    /** Deliveries before a message goes to the dead letters. */
    maxReceiveCount: z.int().min(1).max(1000).default(5),
    retentionDays: z.int().min(1).max(14).default(4),
  }),
  sizing: ({ environment }) => ({ retentionDays: environment === "prod" ? 14 : 4 }),
  frugal: (parameters) => parameters,
  priced: () => [
    { type: "AWS::SQS::Queue", properties: {} },
    { type: "AWS::SQS::Queue", properties: {} },
  ],
});
