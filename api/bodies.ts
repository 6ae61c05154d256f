import { z } from "@hono/zod-openapi";
import { sha256Hex } from "../core/artifacts/vocabulary.ts";
import { STRATEGIES } from "../core/execution/execution.ts";
import { PRIORITY_NAMES } from "../core/execution/priority.ts";
import { conditions } from "../core/gate/conditions.ts";

/** What requests bring. */

/** What somebody says to it. */
const notes = z.string().trim().min(1).max(4_000);

export const notesBody = z.strictObject({ notes: notes.optional() }).openapi("Notes");

export const startBody = z
  .strictObject({
    pipeline: z.literal("change").default("change"),
    input: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: "A GoalStatement: schemas/v0.1/goal-statement.json." }),
    ideaId: z.string().min(1).max(80).optional().openapi({ description: "Instead of `input`." }),
    priority: z.enum(PRIORITY_NAMES).default("normal").openapi({
      description: "Who of those that wait for the same stack comes first.",
    }),
    options: z
      .strictObject({
        skipGates: z.boolean().default(false).openapi({
          description: "Where policy allows it, and for its administrators alone; never in prod.",
        }),
        maxCost: z.number().positive().optional().openapi({ description: "Dollars the agents may spend." }),
        timeout: z.int().positive().optional().openapi({ description: "Seconds the agents may work." }),
      })
      .default({ skipGates: false }),
  })
  .refine(
    ({ input, ideaId }) => (input === undefined) !== (ideaId === undefined),
    "send either input or ideaId",
  )
  .openapi("StartPipeline");

export const decisionBody = z
  .strictObject({
    decision: z.enum(["approve", "reject"]).optional(),
    notes: notes.optional(),
    conditions: conditions
      .default([])
      .openapi({ description: "What an approval depends on; the broker asks again before it applies." }),
    reviewer: z
      .string()
      .optional()
      .openapi({ description: "If given, the caller: nobody decides for others." }),
    digest: sha256Hex
      .optional()
      .openapi({ description: "Of what you read; refused when it is another by now." }),
    breakGlass: z.boolean().default(false).openapi({
      description:
        "An emergency: an admin's approval stands for the whole quorum. Notes and a code are mandatory.",
    }),
    code: z.string().max(20).optional().openapi({ description: "One-time code, at critical gates." }),
  })
  .openapi("Decision");

export const reviewBody = z.strictObject({ notes }).openapi("GlassReview");

const usdToAdd = z.number().positive().max(10_000);
/** More of a budget, by what it counts. */
export const moreBudget = z
  .strictObject({
    usd: usdToAdd.optional(),
    tokens: z.int().positive().max(100_000_000).optional(),
    minutes: z.number().positive().max(10_000).optional(),
  })
  .refine((more) => Object.keys(more).length > 0, "name at least one of usd, tokens, minutes");

export const interventionBody = z
  .strictObject({
    pauseExecution: z.boolean().optional(),
    overrideBudget: z
      .union([usdToAdd, moreBudget])
      .optional()
      .openapi({ description: "What to add: dollars, or any of usd, tokens and minutes of work." }),
    skipAgent: z.string().min(1).max(80).optional().openapi({
      description: "An agent that the rest does not need: `sweeper`. Not in prod.",
    }),
    changeStrategy: z.enum(STRATEGIES).optional().openapi({
      description: "Plans anew by rules alone, or with models again; what was approved is void.",
    }),
    notes: notes.optional(),
  })
  .refine(
    ({ notes: _notes, ...wishes }) => Object.keys(wishes).length === 1,
    "name exactly one of pauseExecution, overrideBudget, skipAgent, changeStrategy",
  )
  .openapi("Intervention");
