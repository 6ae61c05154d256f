import * as z from "zod";
import { lane, schemaVersion } from "./vocabulary.ts";

/** What Atlas hands to the other agents, in order. */
export const subtaskQueue = z.strictObject({
  schemaVersion,
  subtasks: z
    .array(
      z.strictObject({
        id: z.string(),
        agent: z.string(),
        lane,
        inputs: z.array(z.string()),
        deliverables: z.array(z.string()).min(1),
        tokenBudget: z.int().nonnegative(),
      }),
    )
    .min(1),
});

export type SubtaskQueue = z.output<typeof subtaskQueue>;
