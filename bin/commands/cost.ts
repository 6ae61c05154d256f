import type { Command } from "commander";
import { costOf } from "../../core/check/cost.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { printJson, printStyled } from "../cli/print.ts";
import { runCommand } from "../cli/run-command.ts";
import { type FileOptions, fileCommand, readInput } from "../home/check-input.ts";
import { costText } from "../output/check-text.ts";

export function cost(): Command {
  return fileCommand("cost", "price a template, a change set or a Terraform plan by the month")
    .option("--base <file>", "the template as it is deployed now, to compare with")
    .action(async (file: string, options: FileOptions) => {
      await runCommand(options, () => run(file, options));
    });
}

async function run(file: string, options: FileOptions): Promise<ExitCode> {
  const { change, region, usage } = await readInput(file, options);
  const report = costOf(change, region, usage);
  if (options.json) printJson(report);
  else printStyled(costText(report));
  return EXIT.done;
}
