import * as z from "zod";

/** What a state machine passes to every function. */
export const functionEvent = z.object({
  executionId: z.string().min(1),
  idempotencyKey: z.string().min(1),
});

/** The same for a function that answers through its task token. */
export const waitingEvent = functionEvent.extend({ taskToken: z.string().min(1) });
