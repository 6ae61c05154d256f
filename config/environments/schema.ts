import { z } from "zod";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { limits } from "../../core/budget/limits.ts";

/** One environment: an account and a region, with its caps and how long things are kept there. */
export const environmentConfig = z.strictObject({
  environment,
  account: z.string().regex(/^\d{12}$/, "must be twelve digits"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as "af-south-1"'),
  /** Resources that hold data outlive their stack. */
  retain: z.boolean(),
  logRetentionDays: z.int().positive(),
  /** How long a gate may wait for people before it expires closed. */
  gateHours: z.number().positive(),
  costDeltaMonthlyLimitUsd: z.number().positive(),
  limits,
});

export type EnvironmentConfig = z.output<typeof environmentConfig>;
