import { styleText } from "node:util";
import { Argument, type Command } from "commander";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { troublesIn, WATCHES, type Watch, type WatchReport } from "../../core/watch/report.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command, environmentOption } from "../cli/options.ts";
import { allPrintable, printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { runWatch } from "../home/watches.ts";

interface WatchOptions extends CommonOptions {
  readonly environment: Environment;
}

export function watch(): Command {
  return command(
    "watch",
    "look now at what is otherwise looked at every day: the workspace's health, the stacks it left, its spending",
  )
    .addArgument(new Argument("<what>", "what to look at").choices(WATCHES))
    .addOption(environmentOption().default("dev"))
    .action(async (what: Watch, options: WatchOptions) => {
      await withHome({ ...options, cloud: true }, async (home) => {
        const report = await runWatch(home, what, options.environment);
        if (options.json) printJson(report);
        else for (const line of reportLines(allPrintable(report))) printLine(line);
        return troublesIn(report) === 0 ? EXIT.done : EXIT.failed;
      });
    });
}

function reportLines(report: WatchReport): string[] {
  const { watch: what, environment, findings, figures } = report;
  const troubles = troublesIn(report);
  const verdict = troubles === 0 ? styleText("green", "all well") : styleText("red", `${troubles} to see to`);
  return [
    `${what} in ${environment}: ${verdict}`,
    ...findings.flatMap(findingLines),
    ...Object.entries(figures).map(([name, value]) => styleText("dim", `  ${words(name)} ${value}`)),
  ];
}

function findingLines({ severity, resource, message, fix, rule }: Finding): string[] {
  return [`  ${severity.padEnd(8)} ${resource}: ${message} (${rule})`, `           → ${fix}`];
}

/** `billUsdYesterday` as people read it. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
