import { type Command, Option } from "commander";
import { type CheckReport, check as judge } from "../../core/check/check.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { environmentOption } from "../cli/options.ts";
import { printJson, printStyled } from "../cli/print.ts";
import { runCommand } from "../cli/run-command.ts";
import { type FileOptions, fileCommand, readGuardrails, readInput } from "../home/check-input.ts";
import { judgePolicies } from "../home/policies.ts";
import { checkMarkdown } from "../output/check-markdown.ts";
import { sarifOf } from "../output/check-sarif.ts";
import { checkText } from "../output/check-text.ts";

interface CheckCommandOptions extends FileOptions {
  readonly environment?: "dev" | "sit" | "prod";
  readonly guardrails?: string;
  readonly policies?: readonly string[];
  readonly waivers?: string;
  readonly format: "text" | "md" | "json" | "sarif";
}

export function check(): Command {
  return fileCommand("check", "judge an infrastructure change: risk, policy and cost")
    .option("--base <file>", "the template as it is deployed now, to compare with")
    .addOption(environmentOption())
    .option("--policies <folder...>", "folders with rules of your own (*.guard), beside policies/")
    .option("--waivers <file>", "exceptions from rules, with a reason and an end (docs/check.md)")
    .option("--guardrails <file>", "limits on the cost, as JSON (docs/check.md)")
    .addOption(
      new Option("--format <format>", "how the report is written")
        .choices(["text", "md", "json", "sarif"])
        .default("text"),
    )
    .action(async (file: string, options: CheckCommandOptions) => {
      const json = options.json === true || options.format === "json" || options.format === "sarif";
      await runCommand({ json }, () => run(file, options));
    });
}

async function run(file: string, options: CheckCommandOptions): Promise<ExitCode> {
  const { environment } = options;
  const { change, region, usage } = await readInput(file, options);
  const guardrails = options.guardrails === undefined ? undefined : await readGuardrails(options.guardrails);
  const policy = await judgePolicies(change, { folders: options.policies ?? [], waivers: options.waivers });
  const report = judge(change, { environment, region, usage, guardrails, policy, now: new Date() });
  print(report, file, options);
  return report.verdict === "PASS" ? EXIT.done : EXIT.failed;
}

function print(report: CheckReport, file: string, { json, format }: CheckCommandOptions): void {
  if (json === true || format === "json") printJson(report);
  else if (format === "sarif") printJson(sarifOf(report, file));
  else if (format === "md") printStyled(checkMarkdown(report, file));
  else printStyled(checkText(report, file));
}
