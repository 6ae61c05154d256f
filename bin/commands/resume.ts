import type { Command } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { find } from "../../core/execution/executions.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { STOPPED } from "../cli/interruption.ts";
import { type CommonOptions, command, paceOption } from "../cli/options.ts";
import { printJson, printLine, printStyled } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { openExecutions } from "../home/carry-on.ts";
import type { Home } from "../home/record.ts";
import { type ExecutionReport, executionReport } from "../output/execution-report.ts";
import { exitFor } from "../output/exit-for.ts";
import { reportText } from "../output/report-text.ts";
import { watchOn } from "../output/watch-on.ts";

interface ResumeOptions extends CommonOptions {
  readonly pace: Pace;
}

export function resume(): Command {
  return command("resume", "carry on everything that can go on")
    .addOption(paceOption())
    .action(async (options: ResumeOptions) => {
      await withHome({ ...options, models: true, cloud: true }, (home) => resumeAll(home, options));
    });
}

async function resumeAll(home: Home, options: ResumeOptions): Promise<ExitCode> {
  const ids = (await openExecutions(home)).map(({ id }) => id);
  const stopped = await watchOn(home, ids, { ...options, command: "resume" });
  const reports: ExecutionReport[] = [];
  for (const id of ids) reports.push(await executionReport(home, await find(home.world.table, id)));
  if (options.json) printJson({ executions: reports });
  else if (reports.length === 0) printLine("nothing to carry on: no execution is open");
  else for (const report of reports) printStyled(`\n${reportText(report)}`);
  if (!stopped) return worst(reports);
  if (!options.json) printLine(STOPPED);
  return EXIT.waiting;
}

/** An undoing that somebody asked for is what was to be carried on; one that a failure caused is not. */
function exitOf(report: ExecutionReport): ExitCode {
  const undone = report.outcome === "rolled_back" && report.rollback?.cause === "requested";
  return undone ? EXIT.done : exitFor(report);
}

/** A failure outweighs a wait, a wait outweighs success. */
function worst(reports: readonly ExecutionReport[]): ExitCode {
  const codes = reports.map(exitOf);
  for (const code of [EXIT.failed, EXIT.blocked, EXIT.invalid, EXIT.waiting])
    if (codes.includes(code)) return code;
  return EXIT.done;
}
