import { Command } from "commander";
import { parseGoal, requireUnderstandable } from "../../core/plan/goal.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { asOption, type CallerOptions, callerOf, IDENTITY_NOTE } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { readJsonInput } from "../cli/read-input.ts";
import { runCommand } from "../cli/run-command.ts";
import { writeFiles } from "../cli/write-output.ts";
import { draftPlan } from "../home/draft-plan.ts";
import { configuredModels } from "../home/models.ts";

interface PlanOptions extends CallerOptions {
  readonly json?: boolean;
  readonly out?: string;
}

export function plan(): Command {
  return new Command("plan")
    .description("let Atlas plan a goal: design, cost, risks and diagram; nothing is started")
    .argument("<file>", "the goal, as JSON; - reads standard input")
    .addOption(asOption())
    .option("--json", "print the PlanSpec, or the DesignBlocked, and nothing else")
    .option("--data <dir>", "accepted like everywhere; planning keeps nothing")
    .option("--out <dir>", "write every artifact of the plan into a directory")
    .action(async (file: string, options: PlanOptions) => {
      await runCommand(options, () => planGoal(file, options));
    });
}

async function planGoal(file: string, options: PlanOptions): Promise<ExitCode> {
  const goal = parseGoal(await readJsonInput(file), file);
  const models = await configuredModels(process.env);
  if (models.length === 0) requireUnderstandable(goal, file);
  const { principal } = callerOf(options);
  const draft = await draftPlan(goal, principal, models);
  if (options.out !== undefined) writeFiles(options.out, draft.artifacts);
  if (draft.blocked) {
    if (options.json) printJson(JSON.parse(draft.artifacts.get("design-blocked.json") ?? "null"));
    else printLine(`DesignBlocked: ${draft.blocked.message}`);
    return EXIT.blocked;
  }
  if (options.json) printJson(JSON.parse(draft.artifacts.get("plan.json") ?? "null"));
  else
    printLine(`${draft.artifacts.get("plan.md")}\nPlanned for ${principal}; identities are ${IDENTITY_NOTE}`);
  return EXIT.done;
}
