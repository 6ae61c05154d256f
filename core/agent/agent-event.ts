import * as z from "zod";

/** What a state machine passes to an agent: who it works for, the key of this call, and its own input beside them. */
export const agentEvent = z.looseObject({
  executionId: z.string().min(1),
  idempotencyKey: z.string().min(1),
});

export type AgentEvent = z.output<typeof agentEvent>;
