import * as z from "zod";
import { block } from "./block.ts";

export const eventBus = block({
  name: "event_bus",
  title: "EventBridge bus",
  keywords: ["event bus", "eventbridge", "events", "publish", "subscribe", "pub/sub"],
  holdsState: false,
  parameters: z.strictObject({
    /** How long past events can be replayed; 0 keeps none. */
    archiveDays: z.int().min(0).max(365).default(7),
  }),
  sizing: ({ environment }) => ({ archiveDays: environment === "prod" ? 30 : 7 }),
  frugal: (parameters) => ({ ...parameters, archiveDays: 0 }),
  priced: ({ archiveDays }) => [
    { type: "AWS::Events::EventBus", properties: {} },
    ...(archiveDays > 0
      ? [{ type: "AWS::Events::Archive", properties: { RetentionDays: archiveDays } }]
      : []),
  ],
});
