import * as z from "zod";

/** Caps of a workspace, from the configuration of its environment. */
export const limits = z.strictObject({
  tokens: z.strictObject({
    daily: z.int().positive(),
    perPipeline: z.int().positive(),
    /** Kept apart for gates, rollback and the retrospective. */
    emergency: z.int().nonnegative(),
  }),
  minutes: z.strictObject({ perPipeline: z.number().positive(), perAgent: z.number().positive() }),
  usd: z.strictObject({ daily: z.number().positive(), perPipeline: z.number().positive() }),
  /** Share of a daily cap beyond which new pipelines are held back. */
  brake: z.number().gt(0).lte(1),
});

export type Limits = z.output<typeof limits>;
