import { readFileSync } from "node:fs";
import { z } from "zod";
import { type GoalStatement, requirement } from "../../core/artifacts/goal-statement.ts";
import { describeIssues } from "../../core/artifacts/parse.ts";
import { BLOCK_NAMES, blockNamed } from "../../core/catalog/catalog.ts";
import type { Answer, Question } from "../../core/model/answer.ts";
import { redactIn } from "../../core/secrets/redact.ts";

const MAX_OUTPUT_TOKENS = 4_000;

const wanted = requirement
  .and(z.object({ why: z.string().min(1).max(300) }))
  .superRefine((value, context) => {
    const parsed = blockNamed(value.block).parameters.safeParse(value.parameters);
    if (!parsed.success)
      context.addIssue({ code: "custom", message: `parameters: ${describeIssues(parsed.error)}` });
  });

/** What a model may answer: blocks and assumptions, never a lane, a budget or a next step. */
export const modelDesign = z.strictObject({
  requires: z
    .array(wanted)
    .min(1)
    .max(50)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      "every block needs a name of its own",
    ),
  assumptions: z.array(z.string().max(300)).max(10).default([]),
});

export type ModelDesign = z.output<typeof modelDesign>;

type Ask = <Output>(question: Question<Output>) => Promise<Answer<Output>>;

/** Asks a configured model which blocks a goal's text calls for. */
export async function askForBlocks(goal: GoalStatement, ask: Ask): Promise<Answer<ModelDesign>> {
  return await ask({
    system: systemPrompt(),
    prompt: JSON.stringify(
      redactIn({ goal: goal.goal, environment: goal.environment, constraints: goal.constraints }),
    ),
    schema: modelDesign,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  });
}

function systemPrompt(): string {
  const catalog = Object.fromEntries(
    BLOCK_NAMES.map((name) => [name, z.toJSONSchema(blockNamed(name).parameters, { io: "input" })]),
  );
  const template = readFileSync(new URL("./prompt.md", import.meta.url), "utf8");
  return template.replace("{{catalog}}", JSON.stringify(catalog));
}
