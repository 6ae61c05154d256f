import { type GoalStatement, goalStatement, type Requirement } from "../artifacts/goal-statement.ts";
import { describeIssues, InputError, parseInput } from "../artifacts/parse.ts";
import { requirePlainTexts } from "../artifacts/plain-text.ts";
import { blockNamed, describeCatalog } from "../catalog/catalog.ts";
import { canonicalJson } from "../digest.ts";
import { redactIn } from "../secrets/redact.ts";
import { understand } from "./understand.ts";

/**
 * Reads a goal as somebody submitted it, with the parameters of every block.
 * @throws InputError naming the field and the fix
 */
export function parseGoal(value: unknown, what: string): GoalStatement {
  requirePlainTexts(value, what);
  const goal = parseInput(goalStatement, value, what);
  for (const [index, requirement] of (goal.requires ?? []).entries()) {
    checkParameters(requirement, `${what}: requires[${index}].parameters`);
  }
  const names = goal.requires?.map((requirement) => requirement.name) ?? [];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) {
    throw new InputError(
      "InvalidInput",
      `${what}: requires: two blocks are named ${repeated}; give each its own name`,
    );
  }
  return goal;
}

function checkParameters({ block, parameters }: Requirement, where: string): void {
  const parsed = blockNamed(block).parameters.safeParse(parameters);
  if (!parsed.success)
    throw new InputError("InvalidInput", `${where} (${block}): ${describeIssues(parsed.error)}`);
}

/**
 * The goal is recorded for ever, so nothing secret may be in it.
 * @throws InputError
 */
export function requireNoCredentials(goal: GoalStatement, what: string): void {
  if (canonicalJson(redactIn(goal)) === canonicalJson(goal)) return;
  throw new InputError(
    "InvalidInput",
    `${what} holds what looks like a credential: take it out, it would be recorded for ever`,
  );
}

/**
 * Without a model, a goal that neither lists blocks nor names any capability we know cannot be planned.
 * @throws InputError listing the catalog
 */
export function requireUnderstandable(goal: GoalStatement, what: string): void {
  if (goal.requires || understand(goal.goal).wanted.length > 0) return;
  throw new InputError(
    "InvalidInput",
    `${what}: goal: no capability is recognised in this text and no model is configured (AGENT_MODEL_PRIMARY): ` +
      `name what you need or list it under \`requires\`; the catalog has ${describeCatalog()}`,
  );
}
