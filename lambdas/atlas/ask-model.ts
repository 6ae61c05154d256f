import { readFileSync } from "node:fs";
import * as z from "zod";
import { type GoalStatement, type Requirement, requirement } from "../../core/artifacts/goal-statement.ts";
import { describeIssues } from "../../core/artifacts/parse.ts";
import { BLOCK_NAMES, blockNamed } from "../../core/catalog/catalog.ts";
import type { Answer, Question } from "../../core/model/answer.ts";
import { redactIn } from "../../core/secrets/redact.ts";
import { contradicted } from "./clash.ts";

const MAX_OUTPUT_TOKENS = 4_000;

/** What a model may answer: blocks and assumptions, never a lane, a budget or a next step. */
export function modelDesign(constraints: GoalStatement["constraints"]) {
  const wanted = requirement.superRefine((value, context) => {
    for (const message of faultsOf(value, constraints)) context.addIssue({ code: "custom", message });
  });
  return z.strictObject({
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
}

export type ModelDesign = z.output<ReturnType<typeof modelDesign>>;

/** What the schema of a requirement does not see. */
function faultsOf(
  { block, parameters, why }: Requirement,
  constraints: GoalStatement["constraints"],
): string[] {
  const parsed = blockNamed(block).parameters.safeParse(parameters);
  return [
    ...(why === undefined ? ["why: is missing (string)"] : []),
    ...(parsed.success ? [] : [`parameters: ${describeIssues(parsed.error)}`]),
    ...contradicted(constraints, parameters).map(
      ({ parameter, constraint, asked }) =>
        `parameters.${parameter}: must not be switched off, as ${constraint} asks for ${asked}`,
    ),
  ];
}

type Ask = <Output>(question: Question<Output>) => Promise<Answer<Output>>;

/** Asks a configured model which blocks a goal's text calls for. */
export async function askForBlocks(goal: GoalStatement, ask: Ask): Promise<Answer<ModelDesign>> {
  return await ask({
    system: systemPrompt(),
    prompt: JSON.stringify(
      redactIn({ goal: goal.goal, environment: goal.environment, constraints: goal.constraints }),
    ),
    schema: modelDesign(goal.constraints),
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
