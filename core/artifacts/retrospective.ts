import * as z from "zod";
import { instant, schemaVersion, usd } from "./vocabulary.ts";

export const rollbackTimes = z.strictObject({
  cause: z.enum(["failure", "requested"]),
  /** When the failure happened or somebody asked. */
  calledAt: instant,
  beganAt: instant.nullable(),
  finishedAt: instant.nullable(),
  beganAfterSeconds: z.number().nonnegative().nullable(),
  finishedAfterSeconds: z.number().nonnegative().nullable(),
  /** Began within 5 minutes and finished within 15 of the call (law 8). */
  withinLimits: z.boolean().nullable(),
});

/** What happened, in figures, for whoever changes the same stack next. */
export const retrospective = z.strictObject({
  schemaVersion,
  executionId: z.string(),
  stack: z.string(),
  environment: z.string(),
  ending: z.string(),
  outcome: z.string(),
  summary: z.string(),
  startedAt: instant,
  endedAt: instant,
  waitedForPeopleSeconds: z.number().nonnegative(),
  appliedSeconds: z.number().nonnegative().nullable(),
  rollback: rollbackTimes.nullable(),
  tokensUsed: z.int().nonnegative(),
  costUsd: usd,
  resourcesChanged: z.int().nonnegative(),
  lessons: z.array(z.string()),
});

export type Retrospective = z.output<typeof retrospective>;
export type RollbackTimes = z.output<typeof rollbackTimes>;
